import Arguments
import Testing

@Suite("Complaining about a command line") struct ComplaintTests {
    @Test(arguments: [
        ("snd", "wxpush: there is no command 'snd'; did you mean send?"),
        ("sandb", "wxpush: there is no command 'sandb'; did you mean sandbox?"),
        ("compl", "wxpush: there is no command 'compl'; did you mean completion?"),
        ("quux", "wxpush: there is no command 'quux'; name one of send, dead, template, sandbox, bench, completion."),
        ("dead lsit", "wxpush dead: there is no command 'lsit'; did you mean list?"),
        ("dead", "wxpush dead: name a command: list, drop."),
        ("help dead lsit", "wxpush dead: there is no command 'lsit'; did you mean list?"),
        ("send --wiat", "wxpush send: there is no option '--wiat'; did you mean --wait?"),
        ("send --wait=yes", "wxpush send: --wait takes no value."),
        ("send -w=yes", "wxpush send: -w takes no value."),
        ("send --quux", "wxpush send: there is no option '--quux'."),
        ("send -wx", "wxpush send: there is no option '-x'."),
        ("send --version", "wxpush send: there is no option '--version'."),
        ("--lanes 2 sandbox", "wxpush: there is no option '--lanes'; options of a command come after its name."),
        ("send --app", "wxpush send: --app needs a value: a text that is not empty."),
        ("send --app --wait", "wxpush send: --app needs a value: a text that is not empty."),
        ("send -a -w", "wxpush send: -a needs a value: a text that is not empty."),
        ("send --app= x", "wxpush send: --app is '', but must be a text that is not empty."),
        ("send -a x --app y", "wxpush send: --app is given twice."),
        (
            "send --format jsno",
            "wxpush send: --format is 'jsno', but must be one of auto, text, json; did you mean json?"
        ),
        (
            "send -t 5", "wxpush send: -t is '5', but must be a time such as 250ms, 5s or 1m30s."
        ),
        ("sandbox -n 0", "wxpush sandbox: -n is '0', but must be a whole number from 1 to 64."),
        (
            "sandbox -n99999999999999999999",
            "wxpush sandbox: -n is '99999999999999999999', but must be a whole number from 1 to 64."
        ),
        (
            "sandbox --listen 8089",
            "wxpush sandbox: --listen is '8089', but must be a host and a port such as 127.0.0.1:8089 or [::1]:8089."
        ),
        ("bench", "wxpush bench: --rate PER-SECOND is missing."),
        ("bench --rate 0", "wxpush bench: --rate is '0', but must be a whole number of 1 or more."),
        ("template render", "wxpush template render: NAME is missing."),
        ("template render a b c", "wxpush template render: 'c' is one too many."),
        ("dead drop", "wxpush dead drop: ID is missing."),
        ("dead list 7", "wxpush dead list: '7' is one too many: the command takes no arguments."),
        ("completion tcsh", "wxpush completion: SHELL is 'tcsh', but must be one of bash, zsh, fish."),
        ("completion fsh", "wxpush completion: SHELL is 'fsh', but must be one of bash, zsh, fish; did you mean fish?"),
    ])
    func `one line says what is wrong, what would be right and where to get help`(line: String, complaint: String)
        throws
    {
        let words = line.split(separator: " ").map(String.init)
        let command = complaint.prefix { $0 != ":" }
        #expect(Sample.complaint(words) == "\(complaint) See '\(command) --help'")
    }

    @Test func `words of any length and content are survived`() throws {
        let long = String(repeating: "x", count: 100_000)
        #expect(Sample.complaint([long])?.utf8.count ?? .max < 300)
        #expect(Sample.complaint(["send", "--" + long])?.utf8.count ?? .max < 300)
        #expect(
            Sample.complaint(["send", "-w" + long]) == "wxpush send: there is no option '-x'. See 'wxpush send --help'")
        #expect(
            Sample.complaint(["send", ""])
                == "wxpush send: FILE is '', but must be the path of a file. See 'wxpush send --help'")
        for words in [["--="], ["send", "-="], ["send", "--=x"], ["send", "-é"], ["send", "---"]] {
            #expect(Sample.complaint(words)?.contains("there is no option") == true)
        }
    }
}
