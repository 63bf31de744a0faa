/// A value that is known by its place, and the key by which it is read: `options[name]`.
///
///     static let name = Argument(.text("NAME"), help: "The template.")                 // String
///     static let files = Argument(rest: .file(), help: "Job files.")                   // [String]
package struct Argument<Value: Sendable>: Sendable {
    /// All there is to say about the argument but its type.
    package let declaration: ArgumentDeclaration
    let read: @Sendable ([String]) -> Value?

    private init<Element>(
        _ kind: Kind<Element>, _ count: ClosedRange<Int>, _ help: String, read: @escaping @Sendable ([String]) -> Value?
    ) {
        declaration = ArgumentDeclaration(value: ValueDeclaration(kind), count: count, help: help)
        self.read = read
    }

    /// An argument that has to be given.
    package init(_ kind: Kind<Value>, help: String) {
        self.init(kind, 1...1, help) { $0.last.flatMap(kind.parse) }
    }

    /// An argument that may be given.
    package init<Wrapped>(optional kind: Kind<Wrapped>, help: String) where Value == Wrapped? {
        self.init(kind, 0...1, help) { .some($0.last.flatMap(kind.parse)) }
    }

    /// All arguments that are left, at least so many.
    package init<Element>(rest kind: Kind<Element>, atLeast least: Int = 0, help: String) where Value == [Element] {
        self.init(kind, least ... .max, help) { $0.compactMap(kind.parse) }
    }
}

/// An argument of any type, as a command lists it.
package protocol AnyArgument: Sendable {
    /// All there is to say about the argument but its type.
    var declaration: ArgumentDeclaration { get }
}

extension Argument: AnyArgument {}

/// All there is to say about an argument but its type.
package struct ArgumentDeclaration: Sendable {
    let value: ValueDeclaration
    /// How often it may be given.
    let count: ClosedRange<Int>
    let help: String

    var name: String { value.placeholder }

    /// As the usage line shows it.
    var usage: String {
        switch (count.lowerBound, count.upperBound) {
        case (0, 1): "[\(name)]"
        case (0, _): "[\(name)...]"
        case (_, 1): name
        default: "\(name)..."
        }
    }
}
