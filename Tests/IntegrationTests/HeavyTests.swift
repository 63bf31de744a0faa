import Testing

/// Suites that start brokers of their own or load the machine: one after the other, or a machine with two cores starts six brokers
/// at once, and none of them in time.
@Suite(.serialized) enum HeavyTests {}
