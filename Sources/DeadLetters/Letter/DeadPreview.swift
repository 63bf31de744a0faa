import AMQP
package import Templates
import WeChat
package import Worker

/// What would be sent if a job were worked on now, or what would keep it from being sent.
package struct DeadPreview: Sendable {
    /// Why it is no job at all; nil if it is one.
    package private(set) var jobFault: JobFault?
    /// What WeChat would get, without its recipient.
    package private(set) var payload: [UInt8]?
    /// What is wrong with the message.
    package private(set) var messageFaults: [String] = []

    /// Reads a body as a worker would, and fills in its template.
    ///
    /// - Parameter templates: Those that hold now; nil if they cannot be read.
    package init(of body: [UInt8], messageID: String?, _ templates: TemplateSet?) {
        let job = Job(reading: body, messageID: messageID)
        jobFault = job.fault
        guard job.fault == nil else { return }
        let slots = MessageSlots(
            page: job.overrides.page, url: job.overrides.url, miniprogram: job.overrides.miniprogram, formID: job.formID
        )
        switch job.content {
        case .template(let name, let params):
            guard let templates else {
                messageFaults = ["the templates cannot be read; 'wxpush template check' says why"]
                return
            }
            guard let template = templates[name] else {
                messageFaults = ["there is no template \(name.debugDescription)"]
                return
            }
            let preview = template.preview(params, slots)
            messageFaults = preview.faults.map(\.description)
            payload = preview.payload
        case .message(let kind, let object):
            do throws(TemplateFault) { payload = try Message(kind, object, slots, sender: nil).json } catch {
                messageFaults = [error.description]
            }
        case nil: break
        }
    }

    /// Everything that would keep it from being sent.
    package var faults: [String] { (jobFault.map { [$0.detail] } ?? []) + messageFaults }
}

extension DeadLetter {
    /// What would be sent if the letter were sent again as it is; nil if it was not taken over whole.
    package func preview(_ templates: TemplateSet?) -> DeadPreview? {
        fault == nil ? DeadPreview(of: body, messageID: properties.messageID?.text, templates) : nil
    }
}

extension DeadRegistry {
    /// What templates and apps say of jobs that leave it to them.
    package init(_ templates: TemplateSet?, apps: [String]) {
        self.init(onlyApp: apps.count == 1 ? apps.first : nil)
        for template in templates?.templates ?? [] {
            self.templates[template.name] = Template(app: template.app, kind: template.kind.rawValue)
        }
    }
}
