extension Message {
    /// What WeChat would find wrong with the values, or cut without a word.
    ///
    /// `listed` are the values that the template gives for its `enum` and `const` parameters, by key. The two withdrawn
    /// kinds and customer-service messages have no rules for values.
    package func violations(listed: [String: [String]] = [:]) -> [PayloadFault] {
        switch self {
        case .subscribe(let message): message.data.violations(listed: listed, type: ParameterType.init(key:))
        case .subscribeBiz(let message): message.data.violations(listed: listed, type: ParameterType.init(key:))
        case .template(let message): message.data.violations(listed: listed, type: Self.templateType)
        case .subscribeOnce(let message): message.violations
        case .miniTemplate, .uniform, .customer: []
        }
    }

    /// The message with the values cut that are too long and say something when they are shorter.
    package var cutToLimits: Message {
        switch self {
        case .subscribe(var message):
            message.data.cut(ParameterType.init(key:))
            return .subscribe(message)
        case .subscribeBiz(var message):
            message.data.cut(ParameterType.init(key:))
            return .subscribeBiz(message)
        case .template(var message):
            message.data.cut(Self.templateType)
            return .template(message)
        case .subscribeOnce(var message):
            message.cut()
            return .subscribeOnce(message)
        case .miniTemplate, .uniform, .customer: return self
        }
    }

    /// The type of a service account's parameter; nil for what is not shown and so has no rule.
    ///
    /// Templates from before the types have keys of any name, and 20 characters for each. Their head and tail lines are
    /// taken by WeChat and not displayed.
    private static func templateType(key: String) -> ParameterType? {
        if key == "first" || key == "remark" { return nil }
        let type = ParameterType(key: key)
        return type == .unknown ? .keyword : type
    }
}
