extension Answer {
    /// The request's id, under which WeChat can be asked about the call for 7 days.
    ///
    /// It stands at the end of the text: `invalid openid rid: 6a3ba761-6ef7535a-33c60a10`.
    package var rid: String? {
        text(after: "rid:") { $0.isHexDigit || $0 == "-" }
    }

    /// The parameter that a 47003 complains about: `thing1` of `argument invalid! data.thing1.value is emtpy`.
    package var field: String? {
        text(after: "data.") { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
    }

    /// The address that a 40164 complains about: `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist`.
    package var address: String? {
        message.split { !($0.isHexDigit || $0 == "." || $0 == ":") }.map(String.init)
            .first { $0.isIPv4Address || $0.isIPv6Address }
    }

    /// The run of fitting characters behind the first occurrence of a marker that has one, blanks in between skipped.
    private func text(after marker: String, where fits: (Character) -> Bool) -> String? {
        var rest = message[...]
        while let place = rest.firstRange(of: marker) {
            rest = rest[place.upperBound...]
            let found = rest.drop { $0 == " " }.prefix(while: fits)
            if !found.isEmpty { return String(found) }
        }
        return nil
    }
}

extension String {
    /// Whether it is four numbers up to 255 with points between.
    fileprivate var isIPv4Address: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { (1...3).contains($0.count) && UInt8($0) != nil }
    }

    /// Whether it is eight groups of hexadecimal digits with colons between, some left out once, the last two in IPv4.
    fileprivate var isIPv6Address: Bool {
        let groups = split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3, groups.count <= 9 else { return false }
        let isShort = contains("::")
        return
            (isShort || groups.count == 8
            || (groups.count == 7 && groups.last.map { String($0).isIPv4Address } == true))
            && groups.enumerated().allSatisfy { place, group in
                group.isEmpty
                    ? isShort
                    : group.count <= 4 && UInt16(group, radix: 16) != nil
                        || place == groups.count - 1 && String(group).isIPv4Address
            }
    }
}
