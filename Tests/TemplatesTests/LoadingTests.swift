import Foundation
import Templates
import Testing
import YAML

@Suite("Reading a folder of templates") struct LoadingTests {
    static let one = subscribe("thing1: a")

    @Test func `takes every YAML file that is not hidden`() throws {
        let folder = try Folder()
        for (name, template) in [
            ("a.yaml", "a"), ("b.yml", "b"), (".c.yaml", "c"), ("d.yaml~", "d"), ("#e.yaml#", "e"), ("f.json", "f"),
        ] {
            try folder.write(name, Self.one.replacing("t:", with: "\(template):", maxReplacements: 1))
        }
        let set = try folder.load()
        #expect(set.names == ["a", "b"])
        #expect(set.templates.map(\.name) == set.names)
        #expect(set["a"]?.name == "a")
        #expect(set["c"] == nil)
        #expect(set.note == nil)
        #expect(set["b"]?.place.description == folder("b.yml:1:1"))
    }

    @Test func `a folder without templates is allowed, and said`() throws {
        let folder = try Folder()
        for text in [nil, "", "# nothing yet\n", "{}"] {
            if let text { try folder.write("a.yaml", text) }
            let set = try folder.load()
            #expect(set.names == [])
            #expect(
                set.note == "there is no template in any *.yaml file of \(folder.path); "
                    + "jobs can send `kind` and `message` only")
        }
    }

    @Test func `a folder that is none is a fault`() throws {
        let folder = try Folder()
        try folder.write("file", "")
        let help = "`templates` names a folder whose *.yaml files hold the templates"
        for (name, reason) in [("gone", "does not exist"), ("file", "is not a folder")] {
            #expect(throws: TemplateFaults.self) { try TemplateSet.load(folder(name)) }
            do { _ = try TemplateSet.load(folder(name)) } catch {
                #expect(error.description == "\(folder(name)): \(reason); \(help)")
            }
        }
    }

    @Test func `a folder that may be missing is empty then`() throws {
        let folder = try Folder()
        let set = try TemplateSet.load(folder("gone"), mayBeMissing: true)
        #expect(set.names == [])
        #expect(set.note != nil)
        try folder.write("file", "")
        #expect(throws: TemplateFaults.self) { try TemplateSet.load(folder("file"), mayBeMissing: true) }
    }

    @Test func `all faults of all files are found, and nothing is loaded`() throws {
        let folder = try Folder()
        try folder.write("a.yaml", subscribe("thing1: a\nnumber2: b", "pgae: c"))
        try folder.write("b.yaml", "u: [")
        try folder.write("c.yaml", Self.one)
        try folder.write("d.yaml", "v: {kind: customer}")
        try FileManager.default.createDirectory(atPath: folder("e.yaml"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder("f.yaml"), withDestinationPath: folder("gone"))
        #expect(mkfifo(folder("g.yaml"), 0o600) == 0)
        #expect(
            folder.faults == [
                #"a.yaml:4:3: t: unknown key "pgae", did you mean "page"?"#,
                "a.yaml:7:14: t.data.number2: takes digits, with decimals at most (number)",
                "b.yaml:2:1: a value is missing, or a bracket stands here that should not",
                #"c.yaml:1:1: the template "t" stands here a second time; first in a.yaml:1:1"#,
                "d.yaml:1:1: v.msgtype: is missing",
                "e.yaml: is not a file",
                "f.yaml: does not exist",
                "g.yaml: is not a file",
            ])
    }

    @Test func `a name that stands twice names both places`() throws {
        let folder = try Folder()
        try folder.write("a.yaml", "# the first\n" + Self.one)
        try folder.write("b.yaml", Self.one)
        #expect(folder.faults == [#"b.yaml:1:1: the template "t" stands here a second time; first in a.yaml:2:1"#])
        #expect(
            try Folder(Self.one + Self.one).faults == [
                #"t.yaml:6:1: the key "t" stands here a second time; first in line 1"#
            ])
    }

    @Test func `a value that several templates share may be an alias`() throws {
        let set = try Folder(
            """
            a: {kind: template, template_id: x, data: {k: v}, miniprogram: &shop {appid: wx1, pagepath: 'p?{{ x }}'}}
            b: {kind: template, template_id: x, data: {k: v}, miniprogram: *shop}
            """
        ).load()
        #expect(try set["a"]?.payload(#"{"x":1}"#) == set["b"]?.payload(#"{"x":1}"#))
    }

    @Test func `description and example are read as they are`() throws {
        let template = try template(
            subscribe(
                "thing1: '{{ a }}'",
                "example: {a: 1, b: '1', c: 1.50, d: true, e: null, f: [x, {g: h}]}\n  description: 给买家"))
        #expect(template.description == "给买家")
        #expect(
            template.example
                == (try params(#"{"a":1,"b":"1","c":1.50,"d":true,"e":null,"f":["x",{"g":"h"}]}"#)))
    }
}
