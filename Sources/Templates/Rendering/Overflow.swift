import WeChat

/// What becomes of values over WeChat's limits.
struct Overflow: Sendable {
    /// What becomes of one.
    enum Policy: String, CaseIterable, Sendable {
        /// The message is refused.
        case reject
        /// The value is cut, where a shorter one still says something.
        case truncate
    }

    /// What the template says.
    var policy = Policy.reject
    /// What it says of single parameters.
    var exceptions: [String: Policy] = [:]

    /// Whether anything is cut.
    var cuts: Bool { policy == .truncate || exceptions.values.contains(.truncate) }

    /// The message with the values cut that may be.
    func cut(_ message: Message) -> Message {
        guard cuts else { return message }
        switch (message, message.cutToLimits) {
        case (.subscribe(let whole), .subscribe(var cut)):
            cut.data = restored(cut.data, from: whole.data)
            return .subscribe(cut)
        case (.subscribeBiz(let whole), .subscribeBiz(var cut)):
            cut.data = restored(cut.data, from: whole.data)
            return .subscribeBiz(cut)
        case (.template(let whole), .template(var cut)):
            cut.data = restored(cut.data, from: whole.data)
            return .template(cut)
        case (.subscribeOnce(let whole), .subscribeOnce(var cut)):
            if policy == .reject { cut.title = whole.title }
            if self["content"] == .reject { cut.content = whole.content }
            return .subscribeOnce(cut)
        case (_, let cut): return cut
        }
    }

    private subscript(key: String) -> Policy { exceptions[key] ?? policy }

    private func restored(_ cut: TemplateData, from whole: TemplateData) -> TemplateData {
        var data = cut
        for parameter in whole.parameters where self[parameter.key] == .reject { data.set(parameter) }
        return data
    }
}
