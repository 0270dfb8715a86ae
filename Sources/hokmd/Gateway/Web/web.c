// The web client, embedded: every file under client/ stands here twice, once as its bytes and once
// in the table. `Tests/Browser/run` says if one is missing.

#include "CWebClient.h"

// C23's #embed, which clang has in every mode of the language.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define HTML "text/html; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define STYLE "text/css; charset=utf-8"
#define PICTURE "image/svg+xml"
#define MANIFEST "application/manifest+json"

static const unsigned char index_html[] = {
#embed "client/index.html"
};
static const unsigned char icon_svg[] = {
#embed "client/icon.svg"
};
static const unsigned char manifest_webmanifest[] = {
#embed "client/manifest.webmanifest"
};
static const unsigned char css_base_css[] = {
#embed "client/css/base.css"
};
static const unsigned char css_cards_css[] = {
#embed "client/css/cards.css"
};
static const unsigned char css_lobby_css[] = {
#embed "client/css/lobby.css"
};
static const unsigned char css_panels_css[] = {
#embed "client/css/panels.css"
};
static const unsigned char css_seats_css[] = {
#embed "client/css/seats.css"
};
static const unsigned char css_table_css[] = {
#embed "client/css/table.css"
};
static const unsigned char img_girih_svg[] = {
#embed "client/img/girih.svg"
};
static const unsigned char js_announce_js[] = {
#embed "client/js/announce.js"
};
static const unsigned char js_app_js[] = {
#embed "client/js/app.js"
};
static const unsigned char js_backoff_js[] = {
#embed "client/js/backoff.js"
};
static const unsigned char js_blake2b_js[] = {
#embed "client/js/blake2b.js"
};
static const unsigned char js_commitment_js[] = {
#embed "client/js/commitment.js"
};
static const unsigned char js_connection_js[] = {
#embed "client/js/connection.js"
};
static const unsigned char js_dom_js[] = {
#embed "client/js/dom.js"
};
static const unsigned char js_en_js[] = {
#embed "client/js/en.js"
};
static const unsigned char js_fa_js[] = {
#embed "client/js/fa.js"
};
static const unsigned char js_i18n_js[] = {
#embed "client/js/i18n.js"
};
static const unsigned char js_keys_js[] = {
#embed "client/js/keys.js"
};
static const unsigned char js_links_js[] = {
#embed "client/js/links.js"
};
static const unsigned char js_main_js[] = {
#embed "client/js/main.js"
};
static const unsigned char js_pacer_js[] = {
#embed "client/js/pacer.js"
};
static const unsigned char js_rules_js[] = {
#embed "client/js/rules.js"
};
static const unsigned char js_sound_js[] = {
#embed "client/js/sound.js"
};
static const unsigned char js_state_js[] = {
#embed "client/js/state.js"
};
static const unsigned char js_storage_js[] = {
#embed "client/js/storage.js"
};
static const unsigned char js_faces_courts_js[] = {
#embed "client/js/faces/courts.js"
};
static const unsigned char js_faces_deck_js[] = {
#embed "client/js/faces/deck.js"
};
static const unsigned char js_faces_icons_js[] = {
#embed "client/js/faces/icons.js"
};
static const unsigned char js_faces_pips_js[] = {
#embed "client/js/faces/pips.js"
};
static const unsigned char js_faces_ranks_js[] = {
#embed "client/js/faces/ranks.js"
};
static const unsigned char js_faces_suits_js[] = {
#embed "client/js/faces/suits.js"
};
static const unsigned char js_views_center_js[] = {
#embed "client/js/views/center.js"
};
static const unsigned char js_views_chat_js[] = {
#embed "client/js/views/chat.js"
};
static const unsigned char js_views_choice_js[] = {
#embed "client/js/views/choice.js"
};
static const unsigned char js_views_dialogs_js[] = {
#embed "client/js/views/dialogs.js"
};
static const unsigned char js_views_hand_js[] = {
#embed "client/js/views/hand.js"
};
static const unsigned char js_views_lobby_js[] = {
#embed "client/js/views/lobby.js"
};
static const unsigned char js_views_match_js[] = {
#embed "client/js/views/match.js"
};
static const unsigned char js_views_notices_js[] = {
#embed "client/js/views/notices.js"
};
static const unsigned char js_views_root_js[] = {
#embed "client/js/views/root.js"
};
static const unsigned char js_views_scoreboard_js[] = {
#embed "client/js/views/scoreboard.js"
};
static const unsigned char js_views_seat_js[] = {
#embed "client/js/views/seat.js"
};
static const unsigned char js_views_settings_js[] = {
#embed "client/js/views/settings.js"
};
static const unsigned char js_views_sheet_js[] = {
#embed "client/js/views/sheet.js"
};
static const unsigned char js_views_table_js[] = {
#embed "client/js/views/table.js"
};
static const unsigned char js_views_trick_js[] = {
#embed "client/js/views/trick.js"
};

#define ENTRY(path, type, bytes) {path, type, bytes, sizeof(bytes)}

static const struct web_client_file files[] = {
    ENTRY("/", HTML, index_html),
    ENTRY("/icon.svg", PICTURE, icon_svg),
    ENTRY("/manifest.webmanifest", MANIFEST, manifest_webmanifest),
    ENTRY("/css/base.css", STYLE, css_base_css),
    ENTRY("/css/cards.css", STYLE, css_cards_css),
    ENTRY("/css/lobby.css", STYLE, css_lobby_css),
    ENTRY("/css/panels.css", STYLE, css_panels_css),
    ENTRY("/css/seats.css", STYLE, css_seats_css),
    ENTRY("/css/table.css", STYLE, css_table_css),
    ENTRY("/img/girih.svg", PICTURE, img_girih_svg),
    ENTRY("/js/announce.js", SCRIPT, js_announce_js),
    ENTRY("/js/app.js", SCRIPT, js_app_js),
    ENTRY("/js/backoff.js", SCRIPT, js_backoff_js),
    ENTRY("/js/blake2b.js", SCRIPT, js_blake2b_js),
    ENTRY("/js/commitment.js", SCRIPT, js_commitment_js),
    ENTRY("/js/connection.js", SCRIPT, js_connection_js),
    ENTRY("/js/dom.js", SCRIPT, js_dom_js),
    ENTRY("/js/en.js", SCRIPT, js_en_js),
    ENTRY("/js/fa.js", SCRIPT, js_fa_js),
    ENTRY("/js/i18n.js", SCRIPT, js_i18n_js),
    ENTRY("/js/keys.js", SCRIPT, js_keys_js),
    ENTRY("/js/links.js", SCRIPT, js_links_js),
    ENTRY("/js/main.js", SCRIPT, js_main_js),
    ENTRY("/js/pacer.js", SCRIPT, js_pacer_js),
    ENTRY("/js/rules.js", SCRIPT, js_rules_js),
    ENTRY("/js/sound.js", SCRIPT, js_sound_js),
    ENTRY("/js/state.js", SCRIPT, js_state_js),
    ENTRY("/js/storage.js", SCRIPT, js_storage_js),
    ENTRY("/js/faces/courts.js", SCRIPT, js_faces_courts_js),
    ENTRY("/js/faces/deck.js", SCRIPT, js_faces_deck_js),
    ENTRY("/js/faces/icons.js", SCRIPT, js_faces_icons_js),
    ENTRY("/js/faces/pips.js", SCRIPT, js_faces_pips_js),
    ENTRY("/js/faces/ranks.js", SCRIPT, js_faces_ranks_js),
    ENTRY("/js/faces/suits.js", SCRIPT, js_faces_suits_js),
    ENTRY("/js/views/center.js", SCRIPT, js_views_center_js),
    ENTRY("/js/views/chat.js", SCRIPT, js_views_chat_js),
    ENTRY("/js/views/choice.js", SCRIPT, js_views_choice_js),
    ENTRY("/js/views/dialogs.js", SCRIPT, js_views_dialogs_js),
    ENTRY("/js/views/hand.js", SCRIPT, js_views_hand_js),
    ENTRY("/js/views/lobby.js", SCRIPT, js_views_lobby_js),
    ENTRY("/js/views/match.js", SCRIPT, js_views_match_js),
    ENTRY("/js/views/notices.js", SCRIPT, js_views_notices_js),
    ENTRY("/js/views/root.js", SCRIPT, js_views_root_js),
    ENTRY("/js/views/scoreboard.js", SCRIPT, js_views_scoreboard_js),
    ENTRY("/js/views/seat.js", SCRIPT, js_views_seat_js),
    ENTRY("/js/views/settings.js", SCRIPT, js_views_settings_js),
    ENTRY("/js/views/sheet.js", SCRIPT, js_views_sheet_js),
    ENTRY("/js/views/table.js", SCRIPT, js_views_table_js),
    ENTRY("/js/views/trick.js", SCRIPT, js_views_trick_js),
};

const struct web_client_file *web_client_file(size_t index) {
    return index < sizeof(files) / sizeof(files[0]) ? &files[index] : NULL;
}
