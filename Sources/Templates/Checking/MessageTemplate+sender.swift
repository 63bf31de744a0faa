package import WeChat

extension MessageTemplate {
    /// Why an app of this type could not send the template; empty if it could.
    ///
    /// A template may stand in a folder before anybody knows which app sends it, so this is a question of its own.
    package func faults(sentBy type: AppType) -> [String] {
        guard kind.senders.contains(type) else {
            let senders = kind.senders.map(\.rawValue).joined(separator: " or ")
            return ["a message of kind \(kind.rawValue) is sent by an app of type \(senders), not \(type.rawValue)"]
        }
        guard case .other(let kind, let tree) = blueprint, let object = tree.standIns(for: kind) else { return [] }
        do throws(PayloadFaults) {
            _ = try Message(kind, object, sender: type)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }
}
