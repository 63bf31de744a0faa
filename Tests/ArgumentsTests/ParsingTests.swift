import Arguments
import Testing

@Suite("Reading a command line") struct ParsingTests {
    @Test(arguments: [
        ("send --app mini", "mini"), ("send --app=mini", "mini"), ("send -a mini", "mini"), ("send -amini", "mini"),
        ("send -a=mini", "mini"), ("send -wa mini", "mini"), ("send -wamini", "mini"), ("send f --app mini g", "mini"),
        ("send --app=a=b", "a=b"), ("send --app -", "-"), ("send --app -x", "-x"), ("send", nil),
        ("send -- --app x", nil),
    ])
    func `an option may be spelled in every usual way, and stand anywhere`(line: String, app: String?) throws {
        #expect(try Sample.options(line)[Sample.app] == app)
    }

    @Test func `flags are off unless given, alone or together`() throws {
        #expect(try !Sample.options("send")[Sample.wait])
        let options = try Sample.options("send -w --json")
        #expect(options[Sample.wait] && options[Sample.json])
        #expect(try Sample.options("send -ww")[Sample.wait])
    }

    @Test func `an option that repeats keeps its order`() throws {
        #expect(try Sample.options("send -p a=1 --param b=2 -pc=3")[Sample.params] == ["a=1", "b=2", "c=3"])
        #expect(try Sample.options("send")[Sample.params].isEmpty)
    }

    @Test func `a default holds until the option is given`() throws {
        let left = try Sample.options("send")
        #expect(left[Sample.timeout] == .seconds(90) && left[Sample.format] == .auto)
        #expect(!left.isGiven(Sample.timeout))
        let given = try Sample.options("send --timeout 90s --format json")
        #expect(given[Sample.timeout] == .seconds(90) && given[Sample.format] == .json)
        #expect(given.isGiven(Sample.timeout))
    }

    @Test func `arguments go to their places, and everything after two dashes is one`() throws {
        #expect(try Sample.options("send a b - c")[Sample.files] == ["a", "b", "-", "c"])
        #expect(try Sample.options("send a -- --wait -x --")[Sample.files] == ["a", "--wait", "-x", "--"])
        let both = try Sample.options("template render order-paid templates")
        #expect(both[Sample.template] == "order-paid" && both[Sample.folder] == "templates")
        #expect(try Sample.options("template render order-paid")[Sample.folder] == nil)
        #expect(try Sample.options("dead drop 1 2")[Sample.ids] == ["1", "2"])
    }

    @Test(arguments: [
        "--config c.yaml dead --json list", "dead list --json --config c.yaml", "dead --config=c.yaml list --json",
    ])
    func `the options of a group hold for its commands`(line: String) throws {
        let options = try Sample.options(line)
        #expect(options[Sample.config] == "c.yaml" && options[Sample.json])
        #expect(options.command == "wxpush dead list")
    }

    @Test func `a command line leads to what its command does`() throws {
        guard case .run(let action, _) = try Sample.parse("dead list") else { throw Sample.NotACommand() }
        #expect(action == "dead list")
    }

    @Test func `a command without a group needs no words`() throws {
        let alone = Command("alone", "Stand alone", options: [Sample.json], action: 7)
        guard case .run(let action, let options) = try alone.parse([]) else { throw Sample.NotACommand() }
        #expect(action == 7 && !options[Sample.json])
    }

    @Test func `a key that the command does not declare is a mistake of the program`() async {
        await #expect(processExitsWith: .failure) { _ = try Sample.options("send")[Sample.listen] }
        await #expect(processExitsWith: .failure) { _ = try Sample.options("send")[Sample.template] }
    }

    @Test func `a command adds its own complaints`() throws {
        let error = try Sample.options("dead list").misuse("--app and --all exclude each other")
        #expect(
            error.description
                == "wxpush dead list: --app and --all exclude each other. See 'wxpush dead list --help'")
        #expect(UsageError.exitCode == 2)
    }
}
