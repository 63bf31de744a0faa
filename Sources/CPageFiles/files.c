#include "CPageFiles.h"

static const unsigned char page_html[] = {
#embed "files/page.html"
};
static const unsigned char icon_svg[] = {
#embed "files/icon.svg"
};
static const unsigned char page_actions_js[] = {
#embed "files/page-actions.js"
};
static const unsigned char page_api_js[] = {
#embed "files/page-api.js"
};
static const unsigned char page_apps_js[] = {
#embed "files/page-apps.js"
};
static const unsigned char page_body_js[] = {
#embed "files/page-body.js"
};
static const unsigned char page_changes_js[] = {
#embed "files/page-changes.js"
};
static const unsigned char page_charts_js[] = {
#embed "files/page-charts.js"
};
static const unsigned char page_dead_js[] = {
#embed "files/page-dead.js"
};
static const unsigned char page_dialog_js[] = {
#embed "files/page-dialog.js"
};
static const unsigned char page_dom_js[] = {
#embed "files/page-dom.js"
};
static const unsigned char page_editor_js[] = {
#embed "files/page-editor.js"
};
static const unsigned char page_filter_js[] = {
#embed "files/page-filter.js"
};
static const unsigned char page_format_js[] = {
#embed "files/page-format.js"
};
static const unsigned char page_groups_js[] = {
#embed "files/page-groups.js"
};
static const unsigned char page_json_js[] = {
#embed "files/page-json.js"
};
static const unsigned char page_keys_js[] = {
#embed "files/page-keys.js"
};
static const unsigned char page_later_js[] = {
#embed "files/page-later.js"
};
static const unsigned char page_letter_js[] = {
#embed "files/page-letter.js"
};
static const unsigned char page_list_js[] = {
#embed "files/page-list.js"
};
static const unsigned char page_live_js[] = {
#embed "files/page-live.js"
};
static const unsigned char page_login_js[] = {
#embed "files/page-login.js"
};
static const unsigned char page_overview_js[] = {
#embed "files/page-overview.js"
};
static const unsigned char page_params_js[] = {
#embed "files/page-params.js"
};
static const unsigned char page_parts_css[] = {
#embed "files/page-parts.css"
};
static const unsigned char page_parts_js[] = {
#embed "files/page-parts.js"
};
static const unsigned char page_query_js[] = {
#embed "files/page-query.js"
};
static const unsigned char page_reasons_js[] = {
#embed "files/page-reasons.js"
};
static const unsigned char page_router_js[] = {
#embed "files/page-router.js"
};
static const unsigned char page_run_js[] = {
#embed "files/page-run.js"
};
static const unsigned char page_templates_js[] = {
#embed "files/page-templates.js"
};
static const unsigned char page_theme_js[] = {
#embed "files/page-theme.js"
};
static const unsigned char page_views_css[] = {
#embed "files/page-views.css"
};
static const unsigned char page_words_dead_js[] = {
#embed "files/page-words-dead.js"
};
static const unsigned char page_words_frame_js[] = {
#embed "files/page-words-frame.js"
};
static const unsigned char page_words_overview_js[] = {
#embed "files/page-words-overview.js"
};
static const unsigned char page_words_js[] = {
#embed "files/page-words.js"
};
static const unsigned char page_css[] = {
#embed "files/page.css"
};
static const unsigned char page_js[] = {
#embed "files/page.js"
};

#define FILE(name, content) {name, content, sizeof content}

static const struct page_file files[] = {
    FILE("page.html", page_html),
    FILE("icon.svg", icon_svg),
    FILE("page-actions.js", page_actions_js),
    FILE("page-api.js", page_api_js),
    FILE("page-apps.js", page_apps_js),
    FILE("page-body.js", page_body_js),
    FILE("page-changes.js", page_changes_js),
    FILE("page-charts.js", page_charts_js),
    FILE("page-dead.js", page_dead_js),
    FILE("page-dialog.js", page_dialog_js),
    FILE("page-dom.js", page_dom_js),
    FILE("page-editor.js", page_editor_js),
    FILE("page-filter.js", page_filter_js),
    FILE("page-format.js", page_format_js),
    FILE("page-groups.js", page_groups_js),
    FILE("page-json.js", page_json_js),
    FILE("page-keys.js", page_keys_js),
    FILE("page-later.js", page_later_js),
    FILE("page-letter.js", page_letter_js),
    FILE("page-list.js", page_list_js),
    FILE("page-live.js", page_live_js),
    FILE("page-login.js", page_login_js),
    FILE("page-overview.js", page_overview_js),
    FILE("page-params.js", page_params_js),
    FILE("page-parts.css", page_parts_css),
    FILE("page-parts.js", page_parts_js),
    FILE("page-query.js", page_query_js),
    FILE("page-reasons.js", page_reasons_js),
    FILE("page-router.js", page_router_js),
    FILE("page-run.js", page_run_js),
    FILE("page-templates.js", page_templates_js),
    FILE("page-theme.js", page_theme_js),
    FILE("page-views.css", page_views_css),
    FILE("page-words-dead.js", page_words_dead_js),
    FILE("page-words-frame.js", page_words_frame_js),
    FILE("page-words-overview.js", page_words_overview_js),
    FILE("page-words.js", page_words_js),
    FILE("page.css", page_css),
    FILE("page.js", page_js),
};

const struct page_file *page_file_at(size_t place) {
    return place < sizeof files / sizeof files[0] ? &files[place] : NULL;
}
