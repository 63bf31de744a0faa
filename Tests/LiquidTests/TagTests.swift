import Liquid
import Testing

@Suite("Tags") struct TagTests {
    private let parameters: LiquidValue = [
        "list": [1, 2, 3, 4, 5, 6], "goods": [["n": "茶"], ["n": "米"]], "thing": ["a": 1, "b": 2], "name": "李",
        "none": [], "count": 5, "flag": false, "nothing": .nil, "key": "a",
    ]

    @Test(arguments: [
        ("{% assign x = 'a' | upcase %}{{ x }}", "A"), ("{% assign x = 1 %}{% assign x = 2 %}{{ x }}", "2"),
        ("{% capture x %}[{{ name }}]{% endcapture %}{{ x }}{{ x }}", "[李][李]"),
        ("{% capture x %}a{% capture y %}b{% endcapture %}c{% endcapture %}{{ x }}{{ y }}", "acb"),
        ("{% assign name = name | append: '!' %}{{ name }}", "李!"), ("{{ name }}{% assign name = 1 %}", "李"),
        ("{% assign a.b = 1 %}{{ ['a.b'] }}", "1"), ("{% increment n %}{% increment n %}{{ n }}", "012"),
        ("{% decrement n %}{% decrement n %}{{ n }}", "-1-2-2"), ("{% increment count %}{{ count }}", "56"),
        ("{% assign n = 'x' %}{% increment n %}{{ n }}", "0x"), ("{% echo name | append: '?' %}", "李?"),
        ("{% echo %}", ""),
    ])
    func `give names values`(source: String, expected: String) throws {
        #expect(try render(source, parameters) == expected)
    }

    @Test(arguments: [
        ("{% if count > 4 %}a{% elsif count > 3 %}b{% else %}c{% endif %}", "a"),
        ("{% if count > 5 %}a{% elsif count > 3 %}b{% else %}c{% endif %}", "b"),
        ("{% if flag %}a{% elsif nothing %}b{% else %}c{% endif %}", "c"), ("{% unless flag %}a{% endunless %}", "a"),
        ("{% unless count %}a{% elsif flag %}b{% else %}c{% endunless %}", "c"),
        ("{% if true or false and false %}a{% endif %}", "a"), ("{% if false and false or true %}a{% endif %}", ""),
        ("{% if list contains 3 %}a{% endif %}", "a"), ("{% if thing contains 'a' %}a{% endif %}", "a"),
        ("{% if name contains nothing %}a{% endif %}", ""), ("{% if count == 5.0 and count != 4 %}a{% endif %}", "a"),
        ("{% if none == empty and nothing == blank %}a{% endif %}", "a"), ("{% if '  ' == blank %}a{% endif %}", "a"),
        ("{% if 'é' == 'e\u{301}' %}a{% else %}b{% endif %}", "b"),
        ("{% if nothing < 1 %}a{% else %}b{% endif %}", "b"),
        ("{% if 'a' < 'b' %}a{% endif %}", "a"), ("{% if list.size >= 6 %}a{% endif %}", "a"),
        ("{% if (1..3) == (1..3) %}a{% endif %}", "a"), ("{% if (1..3) contains 2 %}a{% endif %}", "a"),
        ("{% if 9007199254740993 > 9007199254740992.0 %}a{% endif %}", "a"), ("{% if count <> 4 %}a{% endif %}", "a"),
        ("{% case count %}{% when 1, 5 %}a{% when 5 or 6 %}b{% else %}c{% endcase %}", "ab"),
        ("{% case name %}x{% when '王' %}a{% else %}c{% endcase %}", "c"),
        ("{% case count %}{% when 5, 5 %}a{% endcase %}", "aa"),
        ("{% case nothing %}{% when blank %}a{% endcase %}", "a"),
    ])
    func `choose`(source: String, expected: String) throws {
        #expect(try render(source, parameters) == expected)
    }

    @Test(arguments: [
        ("{% for x in list %}{{ x }}{% endfor %}", "123456"), ("{% for x in none %}a{% else %}b{% endfor %}", "b"),
        ("{% for x in list limit: 2 offset: 1 %}{{ x }}{% endfor %}", "23"),
        ("{% for x in list reversed limit: 2 %}{{ x }}{% endfor %}", "21"),
        (
            "{% for x in list limit: 2 %}{{ x }}{% endfor %}-{% for x in list offset: continue %}{{ x }}{% endfor %}",
            "12-3456"
        ),
        ("{% for x in list offset: -1 limit: 3 %}{{ x }}{% endfor %}", "12"),
        ("{% for x in list offset: 9 %}a{% else %}b{% endfor %}", "b"),
        ("{% for x in (2..4) %}{{ x }}{% endfor %}", "234"),
        ("{% for x in (4..2) %}a{% else %}b{% endfor %}", "b"), ("{% for x in 'ab' %}{{ x }}{% endfor %}", "ab"),
        ("{% for p in thing %}{{ p[0] }}={{ p[1] }};{% endfor %}", "a=1;b=2;"),
        ("{% for x in list %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}!", "12!"),
        ("{% for x in list %}{% if x < 5 %}{% continue %}{% endif %}{{ x }}{% endfor %}!", "56!"),
        ("{% for x in list %}{% capture y %}{{ x }}{% break %}{% endcapture %}{% endfor %}{{ y }}!", "1!"),
        ("{% for x in list %}{% case x %}{% when 2 %}{% continue %}{% endcase %}{{ x }}{% endfor %}", "13456"),
        ("a{% break %}b", "a"), ("{% capture x %}a{% break %}{% endcapture %}b", ""),
        (
            "{% for x in (1..2) %}{% for y in (1..2) %}{{ forloop.parentloop.index }}{{ forloop.index0 }} {% endfor %}{% endfor %}",
            "10 11 20 21 "
        ),
        ("{% for x in list %}{{ forloop.rindex0 }}{% endfor %}", "543210"),
        ("{% for x in (1..1) %}{{ forloop }}{% endfor %}", "Liquid::ForloopDrop"),
        (
            "{% for x in (1..2) %}{% assign f = forloop %}{% endfor %}{{ f.index }}{{ f.last }}{{ f.name }}",
            "2truex-(1..2)"
        ),
        ("{% for x in list %}{% assign x = 9 %}{{ x }}{% endfor %}{{ x }}", "1234569"),
        ("{% for x in list %}{% cycle 'a', 'b' %}{% endfor %}", "ababab"),
        ("{% cycle 'a', 'b' %}{% cycle \"a\", \"b\" %}{% cycle name, 'b' %}{% cycle name, 'b' %}", "ab李李"),
        ("{% cycle name: 1, 2 %}{% cycle name: 1, 2 %}{% cycle 'z': 1, 2 %}", "121"),
        ("{% for x in none %}{% else %}{% for y in (1..2) %}{% break %}{% endfor %}b{% endfor %}", "b"),
        ("{% for g in goods %}{{ g['n'] }}{{ g.n.size }}{{ goods[-1].n }}{{ goods[9].n }}{% endfor %}", "茶1米米1米"),
    ])
    func `repeat`(source: String, expected: String) throws {
        #expect(try render(source, parameters) == expected)
    }

    @Test(arguments: [
        ("a {%- comment %} b {% endcomment -%} c", "ac"), ("{% # note %}a{%- # more\n # still -%} ", "a"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"), ("{% raw %}{% if %}{{%- endraw -%} a", "{% if %}{a"),
        ("{% comment %}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}a", "a"),
        ("{% comment %}{% comment %}{% endcomment %}b{% endcomment %}a", "a"),
        (
            "{% liquid\nassign x = 1\nif x == 1\necho 'a'\nelse\necho 'b'\nendif\n# note\ncomment\nif\nendcomment\n%}",
            "a"
        ),
        ("{% liquid liquid echo 'a' %}", "a"), (" {{- ' a ' -}} ", " a "), ("{{-}}", ""), ("{{}}", ""),
        ("a{{ }}b", "ab"),
        ("{% if true %} \n {% assign x = 1 %} {% endif %}a", "a"), ("{% if true %} {{ '' }} {% endif %}", "  "),
        ("{{ name -}} \n b", "李b"), ("{{ 'a{' }}", "a{"), ("{ {{ '{' }} }", "{ { }"), ("{", "{"), ("a%}", "a%}"),
        ("{% for x in (1..2) %} {% endfor %}", ""), ("{% capture x %} {% endcapture %}[{{ x }}]", "[ ]"),
    ])
    func `leave out, or keep as it is`(source: String, expected: String) throws {
        #expect(try render(source, parameters) == expected)
    }

    @Test(arguments: [
        ("{{ thing.a }}{{ thing['b'] }}{{ thing[key] }}", "121"), ("{{ ['name'] }}{{ [key] }}", "李"),
        ("{{ list.first }}{{ list.last }}{{ list.size }}", "166"), ("{{ thing.first }}{{ thing.size }}", "a12"),
        ("{{ list[0] }}{{ list[-1] }}{{ list['size'] }}", "16"), ("{{ (1..3) }}", "1..3"),
        ("{{ self.name }}{{ self['name'] }}", "李李"), ("{{ name.first }}{{ name.x }}", "李"),
        ("{{ nil.x }}{{ true }}", "true"),
        ("{{ count.size }}", "8"), ("{{ 1.50 }} {{ -2 }} {{ \"a'b\" }}", "1.5 -2 a'b"), ("{{ nothing.x.y }}", ""),
        ("{% assign i = 1 %}{{ list[i] }}{{ list[list[i]] }}", "23"),
    ])
    func `look into values`(source: String, expected: String) throws {
        #expect(try render(source, parameters) == expected)
    }
}
