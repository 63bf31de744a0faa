import Testing
import WeChat

@Suite("The error table") struct ErrorTableTests {
    /// The codes that WeChat documents, by what they mean for a message that is sent.
    private static let documented: [(ErrorClass, [ClosedRange<Int>])] = [
        (.ok, [0...0]),
        (.token, [40001...40001, 40014...40014, 42001...42001]),
        (.retry, [-1 ... -1, 43108...43108, 45102...45102, 45501...45501, 268_487_001...268_487_002]),
        (
            .rate,
            [
                43100...43100, 44990...44990, 45009...45009, 45011...45011, 45040...45040, 48006...48006, 89506...89507,
            ]
        ),
        (
            .user,
            [
                40003...40003, 40029...40029, 40163...40163, 40226...40226, 41028...41029, 41031...41031, 42007...42007,
                43004...43004, 43019...43019, 43101...43101, 45015...45015, 45047...45047, 45093...45093, 46004...46004,
                48002...48002, 49003...49003, 50002...50002, 50005...50005, 70000...70000,
            ]
        ),
        (
            .request,
            [
                20001...20002, 40004...40009, 40033...40033, 40035...40037, 40039...40039, 40048...40048, 40062...40062,
                40066...40066, 40097...40097, 40138...40138, 40165...40166, 40246...40247, 40249...40249, 40400...40400,
                41001...41001, 41005...41006, 41008...41009, 41030...41030, 43001...43003, 43102...43103, 43105...43105,
                44001...44002, 44004...44004, 45001...45008, 45012...45014, 45026...45027, 45051...45051, 45064...45064,
                45168...45168, 46001...46001, 47001...47003, 48011...48011, 76001...76022, 200_001...200_010,
                200_012...200_012, 200_014...200_100,
            ]
        ),
        (
            .account,
            [
                40002...40002, 40013...40013, 40090...40090, 40125...40125, 40164...40164, 40200...40200, 40234...40234,
                40237...40237, 40243...40243, 41002...41002, 41004...41004, 41032...41032, 41034...41035, 43104...43104,
                43106...43107, 43116...43116, 45035...45037, 45063...45063, 45087...45087, 45094...45094, 45103...45103,
                45109...45109, 46101...46101, 48001...48001, 48003...48004, 48008...48009, 50001...50001, 50004...50004,
                50007...50007, 61004...61004, 61007...61007, 65400...65416, 85005...85005, 89503...89503,
                200_011...200_011, 200_013...200_013,
            ]
        ),
        (.ignore, [45072...45072, 45080...45081]),
    ]

    @Test(arguments: documented) func `gives every documented code its class`(
        errorClass: ErrorClass, codes: [ClosedRange<Int>]
    ) {
        for code in codes.joined() {
            let entry = ErrorTable.entry(for: code, in: .send(.subscribe))
            #expect(entry.errorClass == errorClass, "\(code)")
            #expect(entry.code == code)
        }
    }

    @Test func `holds no code twice and none that is not documented`() {
        let codes = ErrorTable.rows.flatMap { Array($0.codes) }
        #expect(Set(codes).count == codes.count)
        #expect(Set(codes) == Set(Self.documented.flatMap { $0.1.joined() }))
    }

    @Test func `has advice in English and in Chinese for every reading`() {
        let handlings =
            ErrorTable.rows.flatMap { [$0.handling] + $0.exceptions.map(\.handling) } + [ErrorTable.unknown]
        for handling in handlings {
            let words = handling.words
            for line in [words.meaning, words.english, words.chinese] {
                #expect(!line.isEmpty && !line.contains("\n") && !line.contains("|"), "\(words)")
            }
            #expect(words.english.hasSuffix(".") && words.english.unicodeScalars.allSatisfy(\.isASCII), "\(words)")
            #expect(words.chinese.hasSuffix("。"), "\(words)")
        }
    }

    @Test func `uses every reason, and writes them in snake case`() {
        let used = ErrorTable.rows.flatMap { [$0.handling.reason] + $0.exceptions.map(\.handling.reason) }
        #expect(Set(used + [ErrorTable.unknown.reason]) == Set(Reason.allCases))
        for reason in Reason.allCases {
            #expect(reason.rawValue.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
        }
    }

    @Test func `pauses something wherever there is a limit, and nothing for one person or one job`() {
        for handling in ErrorTable.rows.flatMap({ [$0.handling] + $0.exceptions.map(\.handling) }) {
            switch handling.errorClass {
            case .rate: #expect(handling.pause != .nothing && handling.delay != .none)
            case .account: #expect((handling.pause == .nothing) == (handling.delay == .none))
            case .user, .request, .ok, .ignore, .token: #expect(handling.pause == .nothing && handling.delay == .none)
            case .retry, .unknown: #expect(handling.delay != .none)
            }
        }
    }

    @Test(
        arguments: [
            (40001, .app), (40002, .app), (40013, .app), (40125, .app), (40164, .app), (40234, .app), (40243, .app),
            (50004, .app), (50007, .app), (89503, .app), (89506, .app), (89507, .app), (45103, .api), (45109, .api),
            (46101, .api), (48001, .api), (48004, .api), (61007, .api), (45009, .api), (45011, .api), (44990, .api),
            (43107, .template), (43116, .template), (43108, .recipient), (43101, .nothing), (47003, .nothing),
        ] as [(Int, PauseScope)])
    func `pauses no more than it has to`(code: Int, pause: PauseScope) {
        #expect(ErrorTable.entry(for: code, in: .send(.subscribe), afterRefresh: true).pause == pause)
    }

    @Test(
        arguments: [
            (44990, .fixed(.seconds(1))), (45011, .nextMinute), (45009, .nextDay), (45040, .nextMonth),
            (48006, .nextMonth), (89507, .fixed(.seconds(3600))), (89506, .fixed(.seconds(86_400))),
            (43108, .fixed(.seconds(2))), (-1, .backoff), (40164, .person), (45109, .forever), (40003, .none),
        ] as [(Int, Delay)])
    func `waits as long as it has to`(code: Int, delay: Delay) {
        #expect(ErrorTable.entry(for: code, in: .send(.uniform)).delay == delay)
    }

    @Test(arguments: [Int.min, -2, 1, 40000, 43200, 99999, .max]) func `has an answer to unknown codes`(code: Int) {
        let entry = ErrorTable.entry(for: code, in: .send(.template))
        #expect(entry.code == code)
        #expect(entry.errorClass == .unknown)
        #expect(entry.reason == .unknownCode)
        #expect(entry.delay == .backoff)
        #expect(entry.errorClass.attempts == 4)
    }
}
