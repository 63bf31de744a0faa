extension Engine {
    /// What there is, for people.
    static let help = """
        wxpush sandbox: a stand-in for api.weixin.qq.com. Point your WeChat SDK at this address.

        GET  /sandbox/counters            what was answered, by path, app and errcode
        GET  /sandbox/messages            what was taken; ?openid= &app= &kind= &since=NUMBER &limit=100
        GET  /sandbox/faults              what goes wrong
        POST /sandbox/faults              {"effect":"code","errcode":45009,"times":3}, a list of them, {"clear":true} or
                                          {"remove":NUMBER}. Effects: code, drop, lose, hang, html, http, cut, slow, delay,
                                          revoke. Limits: path, app, openid, probability, times, accepted
        POST /sandbox/tokens/revoke       {"app":"wx...","kind":"stable"}: its tokens die, as if somebody else had refreshed
        POST /sandbox/ips                 {"app":"wx...","allow":["10.0.0.7"]}; null lifts it
        POST /sandbox/grants              {"app":"wx...","openid":"o...","template":"...","count":1}
        POST /sandbox/interactions        {"app":"wx...","openid":"o...","kind":"message"}
        POST /sandbox/codes               {"app":"wx...","code":"...","openid":"o..."}
        POST /sandbox/reset               back to the start

        Openids, template ids, login codes and appids that ask for trouble by their name: fail_45009_x, refuse_43101_x,
        drop_x, lose_x, hang_20s_x, html_x, http500_x, cut_x, slow_2s_x, delay_300ms_x, revoke_x; fail_-1_x2_y for the
        first two times only.

        """
}
