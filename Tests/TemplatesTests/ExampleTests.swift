import Foundation
import JSON
import Templates
import Testing
import WeChat

@Suite("The examples") struct ExampleTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/templates").standardizedFileURL.path

    @Test func `show every kind`() throws {
        let set = try TemplateSet.load(Self.folder)
        #expect(Set(set.templates.map(\.kind)) == Set(MessageKind.allCases))
        #expect(set["order-paid"] != nil)
    }

    @Test func `can be sent as their authors have tried them`() throws {
        for template in try TemplateSet.load(Self.folder).templates {
            #expect(template.description?.isEmpty == false, "\(template.name)")
            let example = try #require(template.example, "\(template.name)")
            #expect(template.exampleFaults == [], "\(template.name)")
            let slots = MessageSlots(formID: template.kind == .miniTemplate ? "f" : nil)
            #expect(try template.message(example, slots).body(to: "o").count > 50)
        }
    }

    @Test func `need every parameter that they name`() throws {
        for template in try TemplateSet.load(Self.folder).templates {
            let example = try #require(template.example)
            for member in example {
                #expect(template.variables.contains(member.key), "\(template.name): \(member.key)")
            }
        }
    }
}
