"""What a service does with wechatpy, pointed at a sandbox by nothing but the address of the API.

usage: send.py BASE_URL
"""

import sys

from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

WECHAT = "https://api.weixin.qq.com"


class Elsewhere(HTTPAdapter):
    """Sends to another address what is meant for WeChat: wechatpy has its address in several places."""

    def __init__(self, base):
        super().__init__()
        self.base = base

    def send(self, request, **options):
        request.url = self.base + request.url.removeprefix(WECHAT)
        return super().send(request, **options)


client = WeChatClient("wx-third-party", "any-secret")
client._http.mount(WECHAT, Elsewhere(sys.argv[1]))
assert len(client.access_token) > 64

answer = client.message.send_template(
    "oThirdParty", "TPL", {"keyword1": {"value": "晴天咖啡"}}, url="https://example.org/order/1")
assert answer["errcode"] == 0 and answer["msgid"] > 2**53, answer

answer = client.message.send_text("oThirdParty", "您的订单已发货 <b>&amp;</b>")
assert answer["errcode"] == 0, answer

session = client.wxa.code_to_session("third-party-code")
assert session["openid"] and session["session_key"], session

try:
    client.message.send_template("fail_43004_x", "TPL", {"keyword1": {"value": "x"}})
    raise SystemExit("a refusal did not come out as one")
except WeChatClientException as error:
    assert error.errcode == 43004, error

print("sent with wechatpy")
