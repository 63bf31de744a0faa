extension RefusalTests {
    static let liquid: [Case] = [
        Case(
            subscribe("thing1: \"{{ title | trunkate: 3 }}\""),
            "t.yaml:5:25: t.data.thing1: there is no filter 'trunkate'; perhaps 'truncate' is meant"),
        Case(
            subscribe("thing1: 'x{{ title '"),
            "t.yaml:5:15: t.data.thing1: expected '}}', found {{ title "),
        Case(
            subscribe("thing1: abc {% if x %}"),
            "t.yaml:5:20: t.data.thing1: expected 'if' to be closed by 'endif', found no 'endif'"),
        Case(
            subscribe("thing1: |-\n  one\n  {{ x | nope }}"),
            "t.yaml:7:14: t.data.thing1: there is no filter 'nope'"),
        Case(
            subscribe("thing1: >-\n  one\n  {{ x | nope }}"),
            "t.yaml:5:13: t.data.thing1: there is no filter 'nope' (in the text's character 12)"),
        Case(
            subscribe("thing1: \"\\u4e00{{ x | nope }}\""),
            "t.yaml:5:13: t.data.thing1: there is no filter 'nope' (in the text's character 9)"),
        Case(
            subscribe("thing1: {value: '{% include x %}'}"),
            "t.yaml:5:25: t.data.thing1.value: the tag 'include' is not supported; every text is a "
                + "template of its own, write what it would bring in place"),
    ]
    static let kinds: [Case] = [
        Case(
            "t: {kind: template, template_id: x, data: {a: b}, page: p}",
            "t.yaml:1:51: t: unknown key \"page\"; a template of kind template takes kind, app, "
                + "on_overflow, time_zone, description, example, template_id, url, miniprogram, data, "
                + "client_msg_id, topcolor"),
        Case(
            "t: {kind: template, template_id: x, data: {a: b}, emphasis_keyword: a.DATA}",
            "t.yaml:1:51: t: unknown key \"emphasis_keyword\"; a template of kind template takes "
                + "kind, app, on_overflow, time_zone, description, example, template_id, url, miniprogram, "
                + "data, client_msg_id, topcolor"),
        Case(
            "t: {kind: template, template_id: x, data: {a: b}, miniprogram: {apid: a}}",
            "t.yaml:1:64: t.miniprogram.appid: is missing",
            "t.yaml:1:65: t.miniprogram: unknown key \"apid\", did you mean \"appid\"?"),
        Case(
            "t: {kind: template, template_id: x, data: {a: b}, miniprogram: wx1}",
            "t.yaml:1:64: t.miniprogram: must be an object, found a string"),
        Case(
            "t: {kind: template, template_id: x, data: {a: 一二三四五六七八九十一二三四五六七八九十一}}",
            "t.yaml:1:47: t.data.a: takes at most 20 characters (keyword), this value has 21"),
        Case(
            "t: {kind: subscribe-biz, template_id: x, data: {a1: b}, url: u}",
            "t.yaml:1:49: t.data: key \"a1\" names none of the types thing, number, letter, symbol, "
                + "character_string, time, date, amount, phone_number, car_number, name, phrase, enum, "
                + "short_thing, const; a key is a type and a number",
            "t.yaml:1:57: t: unknown key \"url\"; a template of kind subscribe-biz takes kind, app, "
                + "on_overflow, time_zone, description, example, template_id, page, miniprogram, data"),
        Case(
            "t: {kind: subscribe-once, template_id: x, data: {content: b}, scene: 1, urls: u, title: 一二三四五六七八九十一二三四五六}",
            "t.yaml:1:73: t: unknown key \"urls\", did you mean \"url\"?",
            "t.yaml:1:89: t.title: takes at most 15 characters, this value has 16"),
        Case(
            "t: {kind: subscribe-once, template_id: x, title: t, scene: 1000, data: {contents: b}}",
            "t.yaml:1:72: t.data.content: is missing",
            "t.yaml:1:73: t.data: unknown key \"contents\", did you mean \"content\"?"),
        Case(
            "t: {kind: mini-template, template_id: x, data: {keyword1: b}, url: u}",
            "t.yaml:1:63: t: unknown key \"url\"; a template of kind mini-template takes kind, app, "
                + "on_overflow, time_zone, description, example, template_id, page, data, "
                + "emphasis_keyword, form_id"),
        Case(
            "t: {kind: uniform, template_id: x}",
            "t.yaml:1:1: t.mp_template_msg: is missing",
            "t.yaml:1:20: t: unknown key \"template_id\"; a template of kind uniform takes kind, "
                + "app, on_overflow, time_zone, description, example, weapp_template_msg, mp_template_msg"),
        Case(
            "t: {kind: uniform, mp_template_msg: {template_id: x, data: {a: b}}}",
            "t.yaml:1:37: t.mp_template_msg.appid: is missing"),
        Case(
            "t: {kind: customer, text: {content: a}}",
            "t.yaml:1:1: t.msgtype: is missing"),
        Case(
            "t: {kind: customer, msgtype: txt, text: {content: a}}",
            "t.yaml:1:30: t.msgtype: must be one of text, image, link, miniprogrampage, voice, "
                + "video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard"),
        Case(
            "t: {kind: customer, msgtype: '{{ x }}', text: {content: a}}",
            "t.yaml:1:30: t.msgtype: must be written out; parameters cannot fill it in"),
        Case(
            "t: {kind: customer, msgtype: text, image: {media_id: a}}",
            "t.yaml:1:1: t.text: is missing",
            "t.yaml:1:36: t: unknown key \"image\"; a template of kind customer takes kind, app, "
                + "on_overflow, time_zone, description, example, msgtype, customservice, aimsgcontext, "
                + "businessid, text, image, link, miniprogrampage, voice, video, music, news, mpnews, "
                + "mpnewsarticle, msgmenu, wxcard"),
        Case(
            "t: {kind: customer, msgtype: text, text: {contnt: a}}",
            "t.yaml:1:42: t.text.content: is missing",
            "t.yaml:1:43: t.text: unknown key \"contnt\", did you mean \"content\"?"),
        Case(
            "t: {kind: customer, msgtype: news, news: {articles: [{title: a}]}}",
            "t.yaml:1:54: t.news.articles[0].description: is missing",
            "t.yaml:1:54: t.news.articles[0].url: is missing",
            "t.yaml:1:54: t.news.articles[0].picurl: is missing"),
        Case(
            "t: {kind: customer, msgtype: text, text: {content: a}, aimsgcontext: {is_ai_msg: 2}}",
            "t.yaml:1:82: t.aimsgcontext.is_ai_msg: must be one of 0, 1"),
        Case(
            "t: {kind: customer, msgtype: text, text: {content: a}, businessid: [1]}",
            "t.yaml:1:68: t.businessid: must be a string or an integer, found an array"),
    ]
}
