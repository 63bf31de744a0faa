"""Renders the seven texts of an order notice over and over: the work of liquid-bench through python-liquid.

usage: peer.py RENDERS
"""

import os
import sys
import time

import liquid

NOTICE = [
    "{{ title | truncate: 20 }}",
    "{{ amount }}元",
    "{{ paid_at | date: '%Y年%m月%d日 %H:%M' }}",
    "{{ order_id }}",
    "{{ shop }}",
    "{{ remark | strip | default: '无' }}",
    "{% if count > 1 %}共{{ count }}件{% else %}1件{% endif %}",
]

PARAMETERS = {
    "title": "有机高山红富士苹果礼盒装十二枚顺丰包邮现摘现发",
    "amount": "128.50",
    "paid_at": "2026-11-20T15:01:02+08:00",
    "order_id": "4200002026112012345678",
    "shop": "山里人家旗舰店",
    "remark": "  请放在门卫处 ",
    "count": 3,
}


def resident_kilobytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024


def main():
    renders = int(sys.argv[1])
    environment = liquid.Environment()
    templates = [environment.from_string(source) for source in NOTICE]

    def render(times):
        text = ""
        for _ in range(times):
            text = "".join(template.render(PARAMETERS) for template in templates)
        return text

    render(min(1000, renders))
    before = resident_kilobytes()
    start = time.process_time_ns()
    text = render(renders)
    nanoseconds = time.process_time_ns() - start
    print("text", text)
    print("us_per_notice", nanoseconds / renders / 1000)
    print("rss_before_kb", before)
    print("rss_after_kb", resident_kilobytes())


main()
