"""What content systems call the parts of a page: ids and classes, seen on Korean and English pages."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONTAINER_IDS = _words("""
    article-view-content-div article-view-content articleBody articlebody article_body article-body
    articleBodyContents articleContent article_content articleText articletxt articleTxt dic_area
    newsct_article newsEndContents newsEndView CmAdContent textBody content-text txt_area
    cont_newstext pnlContent harmonyContainer GS_Content newsView news_body_area news_body_id
    news_body_area_contents newsContent news_content viewcontent view_content article-end-body
    newsBody news-body print_area articleBodyArea arl_view_content snsAnchorContent
    adnmore_inImage body_wrap articleWrap-body articles_detail articleBodyContent article_txt
    startts article-content
""")
CONTAINER_CLASSES = _words("""
    article-veiw-body article-view-body article-body article_body articleBody article-body-content
    article-text article_txt article_text article-txt news_cnt_detail_wrap story-news art_txt
    article_view end-body article-view news_txt news_text news_body newsview viewer view_con
    view_content news_bm articleView article_cont article_content article-content newsct_article
    article__content article__body entry-content post-content post-body single-content story-body
    story__body story-content content-body body-copy caas-body wysiwyg rich-text c-entry-content
    ArticleBody-articleBody text_area NwsCon boxWidthForm par smartOutput articleContent
    td-post-content article-detail view_cont view_txt viewContent cont_view news_view main_text
    detail_editor view_article article_con
""")
NOISE = _words("""
    ad ads adv advert advertise advertisement advertising adbox adsbygoogle inline-ad banner bnr
    related relate relation relnews rel_news more-news recommend recommended recommendation
    recommendations recirc ranking popular mostread trending outbrain taboola dable sponsor sponsored
    promo promotion promotions share sharing sns social follow reporter journalist writer byline
    bylines profile authors authorbox author-box copyright hashtag hashtags keyword keywords tags
    tag_list taglist comment comments reply feedback emotion sympathy likeit vote poll survey quiz
    subscribe subscription newsletter donate donation paywall appdown popup layer cookie fontsize
    toolbar utility util utils btn button tts pagination breadcrumb toc sidebar skip blind hidden
    readmore pullquote pull-quote module-quote twitter-tweet instagram-media
""")
"""boxes that are no text: words of their class or id"""
CAPTIONS = _words("""
    caption captions figcaption cap credit imgdesc photodesc phototxt photocaption imgcaption
    img_desc photo_desc photo_txt thum_figure_txt txt_caption img_txt img_caption image_caption
    image-caption photo_caption photo-caption caption-text article_caption wp-caption-text
""")
PHOTO_BOXES = _words("""
    photo photos articlephoto image images img imgbox imagebox photobox thumb thum thumcont pic
    picture photojournal imagec articlephotoc wp-caption
""")
SUBHEAD = re.compile(
    r"(?:^|[\s_-])(?:"
    r"sub[-_]?(?:tit|title|head|heading|headline|headlines|ttl|tt)s?(?:[-_]\w+)*"
    r"|tit[-_]?sub|titlesub|title_sub|news-view-lead|media_end_summary|summary_view"
    r"|mid_?title(?:_text)?|midtitle2?|stit|s_tit|standfirst|dek|deck|sub_?txt|small_?title"
    r"|article[-_](?:subtitle|sub)|article__(?:dek|subtitle|standfirst)|ab_subtitle|view_sub"
    r"|news_subtitle|art_sub)(?:$|\s)"
    r"|subTit|subHead|subtitle",
    re.IGNORECASE,
)
"""class or id of the lines under a headline"""
NO_PHOTO = re.compile(r"icon|logo|btn|blank|spacer|profile")
"""in the address of a picture"""

_TOKEN = re.compile(r"[^a-zA-Z0-9가-힣]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def parts_of(names: str) -> set[str]:
    """Class and id names as written in lower case, and the words of which they are made."""
    words: set[str] = set()
    for name in names.split()[:12]:
        # `print:px-40`, `leading-[170%]` are looks, not names
        if ":" in name or "[" in name:
            continue
        words.add(name.lower())
        words.update(part.lower() for part in _TOKEN.split(_CAMEL.sub("-", name)) if part)
    return words
