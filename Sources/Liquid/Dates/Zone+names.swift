extension Zone {
    /// The zones that are known by their names, as they are at present.
    static let known: [String: Zone] = {
        var zones: [String: Zone] = ["Z": .utc]
        for (minutes, abbreviation, names) in table {
            let zone = Zone(offset: minutes * 60, abbreviation: abbreviation)
            for name in names.split(separator: " ") { zones[String(name)] = zone }
        }
        return zones
    }()

    /// Distances in minutes, abbreviations and names, from east to west.
    private static let table: [(minutes: Int, abbreviation: String, names: String)] = [
        (600, "AEST", "Australia/Brisbane"),
        (600, "+10", "Asia/Vladivostok Pacific/Port_Moresby"),
        (570, "ACST", "Australia/Darwin"),
        (540, "JST", "Asia/Tokyo"),
        (540, "KST", "Asia/Seoul Asia/Pyongyang"),
        (540, "WIT", "Asia/Jayapura"),
        (480, "CST", "Asia/Shanghai Asia/Chongqing Asia/Harbin PRC Asia/Taipei Asia/Macau Asia/Macao"),
        (480, "HKT", "Asia/Hong_Kong Hongkong"),
        (480, "+08", "Asia/Singapore Singapore Asia/Kuala_Lumpur Asia/Brunei Asia/Ulaanbaatar"),
        (480, "PST", "Asia/Manila"),
        (480, "WITA", "Asia/Makassar"),
        (480, "AWST", "Australia/Perth"),
        (420, "+07", "Asia/Bangkok Asia/Ho_Chi_Minh Asia/Saigon Asia/Phnom_Penh Asia/Vientiane Asia/Novosibirsk"),
        (420, "WIB", "Asia/Jakarta"),
        (390, "+0630", "Asia/Yangon"),
        (360, "+06", "Asia/Urumqi Asia/Dhaka"),
        (345, "+0545", "Asia/Kathmandu"),
        (330, "IST", "Asia/Kolkata Asia/Calcutta"),
        (330, "+0530", "Asia/Colombo"),
        (300, "PKT", "Asia/Karachi"),
        (300, "+05", "Asia/Tashkent Asia/Almaty"),
        (240, "+04", "Asia/Dubai"),
        (210, "+0330", "Asia/Tehran"),
        (180, "+03", "Asia/Riyadh Asia/Qatar Asia/Kuwait Asia/Baghdad Europe/Istanbul Europe/Minsk"),
        (180, "MSK", "Europe/Moscow"),
        (180, "EAT", "Africa/Nairobi Africa/Addis_Ababa Africa/Dar_es_Salaam"),
        (120, "SAST", "Africa/Johannesburg"),
        (120, "CAT", "Africa/Harare Africa/Lusaka Africa/Maputo"),
        (60, "WAT", "Africa/Lagos Africa/Luanda Africa/Kinshasa"),
        (60, "CET", "Africa/Algiers"),
        (0, "UTC", "UTC Etc/UTC GMT"),
        (0, "GMT", "Africa/Abidjan Africa/Accra"),
        (-180, "-03", "America/Sao_Paulo America/Argentina/Buenos_Aires"),
        (-240, "-04", "America/Caracas America/La_Paz"),
        (-300, "-05", "America/Bogota America/Lima"),
        (-300, "EST", "America/Panama America/Jamaica"),
        (-360, "CST", "America/Mexico_City"),
        (-420, "MST", "America/Phoenix"),
        (-600, "HST", "Pacific/Honolulu"),
    ]

    /// A zone such as `Etc/GMT-8`, whose sign tells what to add to get to UTC; nil for other names.
    static func etc(_ name: String) -> Zone? {
        let distance = name.dropFirst("Etc/GMT".utf8.count)
        guard name.hasPrefix("Etc/GMT"), let sign = distance.first, sign == "+" || sign == "-",
            let hours = Int(distance.dropFirst()), "\(sign)\(hours)" == distance, (0...14).contains(hours)
        else { return nil }
        let digits = hours < 10 ? "0\(hours)" : "\(hours)"
        return Zone(offset: (sign == "-" ? hours : -hours) * 3600, abbreviation: (sign == "-" ? "+" : "-") + digits)
    }
}
