extension ErrorTable {
    /// Templates and quotas being managed; no message meets these.
    static let management: [ErrorRow] = [
        .init(
            20001...20002, .request, .templateInvalid, "the template cannot be deleted", "Check the template's id.",
            "模板无法删除，请检查模板 id。"),
        .init(
            40246, .request, .templateInvalid, "bad list of keywords", "Take keywords that the template offers.",
            "关键词列表错误，请使用模板提供的关键词。"),
        .init(
            40247, .request, .templateInvalid, "needs the id of a category template",
            "Take a template of the account's category.",
            "请使用类目模板的编号。"),
        .init(40400, .request, .templateInvalid, "not found", "Check the template's number.", "未找到，请检查模板编号。"),
        .init(
            45026, .request, .templateInvalid, "too many templates", "Delete a template first: an account holds 25.",
            "模板数量已达上限，请先删除。"),
        .init(
            45027, .request, .templateInvalid, "the template conflicts with the industry",
            "Take a template of the account's industry.", "模板与行业不符，请更换。"),
        .init(
            76001...76022, .request, .requestInvalid, "the question about a quota or a rid is wrong",
            "Nothing: it only concerns diagnosis.", "仅影响额度或 rid 查询，无需处理。"),
        .init(
            200_001...200_010, .request, .templateInvalid, "the template call is wrong",
            "Compare it with the API's documentation.", "请对照接口文档检查参数。"),
        .init(
            200_011, .account, .accountBlocked, "the account's templates are banned",
            "Look for a penalty in the console.",
            "账号模板能力被封禁，请查看后台处罚通知。"),
        .init(
            200_012, .request, .templateInvalid, "too many private templates", "Delete a template first.",
            "个人模板数量已达上限，请先删除。"),
        .init(
            200_013, .account, .templateBlocked, "the template is banned", "Take another template.",
            "模板已被封禁，请更换。"),
        .init(
            200_014...200_100, .request, .templateInvalid, "the template call is wrong",
            "Compare it with the API's documentation.", "请对照接口文档检查参数。"),
    ]
}
