import Lane
package import Templates

/// The templates that hold, and why newer ones do not; may be used on any thread.
package final class TemplateShelf: Sendable {
    private let content: Locked<(set: TemplateSet, fault: String?)>

    /// Some templates, or none and why.
    package init(_ set: TemplateSet = TemplateSet(), fault: String? = nil) { content = Locked((set, fault)) }

    /// The templates that hold, and what is wrong with those that were to take their place.
    package var current: (set: TemplateSet, fault: String?) { content.withLock { $0 } }

    /// Takes note of what the folder holds now.
    package func take(_ change: Result<TemplateSet, TemplateFaults>) {
        content.withLock { content in
            switch change {
            case .success(let set): content = (set, nil)
            case .failure(let faults): content.fault = faults.description
            }
        }
    }
}
