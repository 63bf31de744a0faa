import Terminal
import TestSupport
import Testing

@Suite("A table") struct TableTests {
    private func sample() -> Table {
        var table = Table(.left("ID"), .right("TRIES"), .left("REASON"), .left("DETAIL"))
        table.add("order-1", "8", Cell("unreachable", .bad), "no answer within 5s")
        table.add("订单二", "12", Cell("ok", .good), "")
        table.add("x\u{1B}[2J\ny", "1", "", "last")
        table.add("short")
        return table
    }

    @Test func `lines its columns up, in whatever script they are`() throws {
        let pipe = try Pipes()
        #expect(
            sample().text(on: Screen(descriptor: pipe.writer)) == """
                ID             TRIES  REASON       DETAIL
                order-1            8  unreachable  no answer within 5s
                订单二            12  ok
                x\\u{1b}[2J\\ny      1               last
                short

                """)
    }

    @Test(arguments: [10, 20, 31, 40, 50, 58])
    func `is cut to the width of a terminal, widest columns first`(columns: Int) async throws {
        let terminal = try await PseudoTerminal(columns: columns)
        let lines = sample().text(on: terminal.screen(["TERM": "dumb"])).split(separator: "\n")
        #expect(lines.count == 5)
        for line in lines { #expect(String(line).displayWidth <= columns) }
        // A column of a few letters says nothing: those at the right are left out before.
        let titles = lines[0].split(separator: " ").map(String.init)
        #expect(titles.count == (columns < 18 ? 2 : columns < 28 ? 3 : 4), "\(titles)")
        #expect(columns < 40 ? titles.last == "…" : titles.last == "DETAIL")
    }

    @Test func `is whole on a terminal that is wide enough`() async throws {
        let terminal = try await PseudoTerminal(columns: 60)
        let pipe = try Pipes()
        #expect(
            sample().text(on: terminal.screen(["TERM": "dumb"])) == sample().text(on: Screen(descriptor: pipe.writer)))
    }

    @Test func `paints cells without moving them`() async throws {
        let terminal = try await PseudoTerminal()
        var table = Table(.right("N"), .left("STATE"), .left("ID"))
        table.add(Cell("7", .dim), Cell("dead", .bad), "a")
        #expect(
            table.text(on: terminal.screen())
                == "\u{1B}[1mN\u{1B}[0m  \u{1B}[1mSTATE\u{1B}[0m  \u{1B}[1mID\u{1B}[0m\n\u{1B}[2m7\u{1B}[0m  \u{1B}[31mdead\u{1B}[0m   a\n"
        )
    }

    @Test func `takes no more cells than it has columns`() throws {
        var table = Table(.left("A"))
        #expect(table.isEmpty)
        table.add("1", "2", "3")
        #expect(!table.isEmpty)
        let pipe = try Pipes()
        #expect(table.text(on: Screen(descriptor: pipe.writer)) == "A\n1\n")
    }
}
