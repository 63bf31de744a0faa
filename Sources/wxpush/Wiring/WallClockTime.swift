import Glibc
import Worker

/// A time of the calendar, in whole seconds.
struct WallClockTime {
    /// Seconds since 1970 in UTC.
    let seconds: Int64

    /// Now.
    static var now: WallClockTime { WallClockTime(seconds: Int64(time(nil))) }

    private init(seconds: Int64) { self.seconds = seconds }

    /// Reads the `Date` of an HTTP answer, `Fri, 20 Nov 2026 08:00:00 GMT`; nil for anything else.
    init?(httpDate text: String) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        guard let time = Timestamp(rfc3339: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z") else { return nil }
        seconds = time.milliseconds / 1000
    }
}
