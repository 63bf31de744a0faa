import JSON
import Sandbox
import Testing

@Suite("Media") struct MediaTests {
    private func form(
        _ content: [UInt8], name: String = "a.jpg", field: String = "media", boundary: String = "----b"
    ) -> [UInt8] {
        Array(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"\r\nContent-Type: image/jpeg\r\n\r\n"
                .utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    private func upload(
        _ rehearsal: Rehearsal, _ body: [UInt8], kind: String = "image", app: String = Rehearsal.service,
        type: String? = "multipart/form-data; boundary=----b"
    ) -> Rehearsal.Answer {
        rehearsal.call(
            "POST", "/cgi-bin/media/upload", query: "access_token=\(rehearsal.token(app))&type=\(kind)", type: type,
            body: body)
    }

    @Test func `that was uploaded is known for three days to its account`() {
        let rehearsal = Rehearsal { $0.hasOnlyOwnMedia = true }
        let answer = upload(rehearsal, form([1, 2, 3]))
        #expect(answer.string("type") == "image")
        #expect(answer.number("created_at") == rehearsal.now.seconds)
        let id = answer.string("media_id")
        #expect(id.utf8.count == 64)
        #expect(rehearsal.customer(type: "image", #"{"media_id":"\#(id)"}"#).code == 0)
        #expect(rehearsal.customer(type: "image", #"{"media_id":"\#(id)"}"#, app: "wxother").code == 40007)
        #expect(rehearsal.customer(type: "image", #"{"media_id":"none"}"#).code == 40007)
        rehearsal.wait(.seconds(3 * 86_400 - 1))
        #expect(rehearsal.customer(type: "image", #"{"media_id":"\#(id)"}"#).code == 0)
        rehearsal.wait(.seconds(1))
        #expect(rehearsal.customer(type: "image", #"{"media_id":"\#(id)"}"#).code == 40007)
    }

    @Test func `of the seed is known for ever`() {
        let rehearsal = Rehearsal(seed: #"{"apps":[{"appid":"\#(Rehearsal.service)","media":["m1"]}]}"#)
        #expect(rehearsal.customer(type: "voice", #"{"media_id":"m1"}"#).code == 0)
        #expect(rehearsal.customer(type: "voice", #"{"media_id":"m2"}"#).code == 40007)
    }

    @Test(
        arguments: [
            ("image", "a.PNG", 1, 0), ("image", "a.amr", 1, 40005), ("image", "a", 1, 40005),
            ("voice", "a.mp3", 2 << 20, 0), ("voice", "a.mp3", 2 << 20 + 1, 40006), ("video", "a.mp4", 1, 0),
            ("thumb", "a.jpg", 64 << 10, 0), ("thumb", "a.jpg", 64 << 10 + 1, 40006), ("image", "a.gif", 0, 44001),
            ("image", "a.gif", 10 << 20 + 1, 40009), ("file", "a.txt", 1, 40004), ("", "a.jpg", 1, 40004),
        ])
    func `has to be what WeChat takes`(kind: String, name: String, size: Int, code: Int) {
        let body = form([UInt8](repeating: 7, count: size), name: name)
        let answer = upload(Rehearsal(), body, kind: kind)
        #expect(answer.code == code)
        #expect(code != 0 || answer.object[kind == "thumb" ? "thumb_media_id" : "media_id"] != nil)
    }

    @Test func `of a mini program is images only`() {
        let rehearsal = Rehearsal(seed: #"{"apps":[{"appid":"\#(Rehearsal.mini)","type":"mini"}]}"#)
        #expect(upload(rehearsal, form([1], name: "a.mp3"), kind: "voice", app: Rehearsal.mini).code == 40004)
        #expect(upload(rehearsal, form([1]), app: Rehearsal.mini).code == 0)
    }

    @Test func `has to be in a form`() {
        let rehearsal = Rehearsal()
        let good = form([1, 2, 3])
        #expect(upload(rehearsal, good, type: "multipart/form-data; charset=x; BOUNDARY=\"----b\"").code == 0)
        #expect(upload(rehearsal, form([1], field: "file")).code == 41005)
        for type in [nil, "", "application/json", "multipart/form-data", "multipart/form-data; boundary="] {
            #expect(upload(rehearsal, good, type: type).code == 41005)
        }
        for end in good.indices.dropLast(2) { #expect(upload(rehearsal, Array(good[..<end])).code != nil) }
        #expect(upload(rehearsal, Array(good.dropLast(12))).code == 41005)
        let bare = "--b\r\nContent-Disposition: form-data; name=media; filename=a.jpg; x=y\r\n\r\n1\r\n--b--\r\n"
        #expect(upload(rehearsal, Array(bare.utf8), type: "multipart/form-data; boundary=b").code == 0)
        #expect(rehearsal.get("/cgi-bin/media/upload").code == 43002)
    }
}
