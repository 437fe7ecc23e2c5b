"""The catalogue of the contract: every call once, with its paths, its models and what a client may expect of it.

Client methods, server routes, OpenAPI and the round-trip test all come from here. In the order of `Route`: name,
method, path, model of the answer, contract section, summary.
"""

from social.contract import (
    ads,
    analytics,
    auto_schedule,
    brand,
    comments,
    errors,
    feed,
    generate,
    hashtags,
    history,
    links,
    media,
    messages,
    posts,
    profiles,
    reviews,
    user,
    utilities,
    validate,
    webhooks,
)
from social.contract.route import FORM, TEXT, Route

_POST_VERDICT = frozenset({"postIds", "errors"})
_PARTLY = frozenset({"errors"})
_STORED_POST = frozenset({"platforms", "created"})

# fmt: off
CREATE_POST = Route("posts.create", "POST", "/post", posts.PostAnswer, "posts.md 3", "Publish now or schedule",
    body=posts.PostRequest, verdict_keys=_POST_VERDICT, creates=True)
VALIDATE_POST = Route("posts.validate", "POST", "/validate/post", posts.ValidateAnswer, "posts.md 7.2",
    "Check a post without sending or storing it", body=posts.PostRequest, verdict_keys=frozenset({"errors", "code"}),
    reads=True)
GET_POST = Route("posts.get", "GET", "/post/{id}", posts.StoredPost, "posts.md 4", "One post by its id",
    verdict_keys=_STORED_POST)
UPDATE_POST = Route("posts.update", "PATCH", "/post", posts.UpdateAnswer, "posts.md 5",
    "Approve, pause, reschedule or annotate a post", body=posts.PostUpdate, aliases=(("PUT", "/post"),))
DELETE_POST = Route("posts.delete", "DELETE", "/post", posts.DeleteAnswer, "posts.md 6",
    "Delete one, several or all scheduled posts", body=posts.PostDelete, aliases=(("DELETE", "/delete"),),
    may_list=True)
RETRY_POST = Route("posts.retry", "PUT", "/post/retry", posts.RetryAnswer, "posts.md 7.1",
    "Send a failed post once more", body=posts.PostRetry, creates=True)
COPY_POST = Route("posts.copy", "POST", "/post/copy", posts.PostAnswer, "posts.md 7.6",
    "A stored post once more, on other networks", body=posts.PostCopy, verdict_keys=_POST_VERDICT, creates=True)
BULK_POST = Route("posts.bulk", "POST", "/post/bulk", posts.BulkAnswer, "posts.md 8", "Schedule the rows of a CSV file",
    body=posts.PostSheet, aliases=(("PUT", "/post/bulk"),), verdict_keys=frozenset({"posts"}), creates=True,
    content_type=FORM)

CHECK_LENGTH = Route("validate.length", "POST", "/post/checkPostWeight", validate.LengthAnswer, "posts.md 7.5",
    "Length of a text for each network", body=validate.LengthRequest, aliases=(("POST", "/validate/postLength"),),
    reads=True)
CHECK_JSON = Route("validate.json", "POST", "/validate/json", posts.ValidateAnswer, "posts.md 7.4",
    "Whether a text is JSON", verdict_keys=frozenset({"code"}), reads=True, content_type=TEXT)
CHECK_CONTENT = Route("validate.moderation", "POST", "/validate/moderation", validate.ModerationAnswer, "posts.md 7.3",
    "What a moderation model says of a text", body=validate.ModerationRequest, reads=True)
CHECK_SUBREDDIT = Route("validate.subreddit", "GET", "/validate/redditExists/{subreddit}", validate.SubredditAnswer,
    "posts.md 7.7", "Whether a subreddit exists")

GET_FLAIRS = Route("utilities.flairs", "GET", "/post/redditFlair/{subreddit}", utilities.FlairsAnswer, "posts.md 7.8",
    "Flairs of a subreddit")
GET_COLLABORATORS = Route("utilities.collaborators", "GET", "/post/collaborators/{id}", utilities.CollaboratorsAnswer,
    "posts.md 7.8", "Answers of invited Instagram accounts", query=utilities.CollaboratorsQuery)
SET_WATERMARK = Route("utilities.set_watermark", "POST", "/post/youTubeWatermark", utilities.WatermarkAnswer,
    "posts.md 7.8", "Put a watermark on the channel's videos", body=utilities.WatermarkRequest)
DELETE_WATERMARK = Route("utilities.delete_watermark", "DELETE", "/post/youTubeWatermark", utilities.WatermarkAnswer,
    "posts.md 7.8", "Take the channel's watermark away")
GET_CATEGORIES = Route("utilities.categories", "GET", "/post/youTubeCategories/{region}", utilities.CategoriesAnswer,
    "posts.md 7.8", "Categories of YouTube videos in a region")

GET_HISTORY = Route("history.list", "GET", "/history", history.History, "content.md 3.1",
    "Posts sent or scheduled through the API, newest first", query=history.HistoryQuery, empty_code=221)
GET_NETWORK_HISTORY = Route("history.network", "GET", "/history/{platform}", history.NetworkHistory, "content.md 3.4",
    "Posts of a linked account, those not sent through the API included", query=history.NetworkHistoryQuery)
GET_HISTORY_ID = Route("history.get", "GET", "/history/{native_id}", posts.StoredPost, "content.md 3.2, 3.3",
    "One post of the history", query=history.HistoryIdQuery, verdict_keys=_STORED_POST)

POST_COMMENT = Route("comments.create", "POST", "/comments", comments.CommentAnswer, "content.md 12.2",
    "Comment on a post, on each of its networks", body=comments.CommentRequest, creates=True, verdict_keys=_PARTLY)
GET_COMMENTS = Route("comments.list", "GET", "/comments/{native_id}", comments.CommentsAnswer, "content.md 12.3",
    "Comments on a post, newest first, with their replies", query=comments.CommentsQuery,
    aliases=(("GET", "/comments"),), verdict_keys=_PARTLY)
REPLY_COMMENT = Route("comments.reply", "POST", "/comments/reply/{native_id}", comments.CommentAnswer,
    "content.md 12.4", "Answer a comment", body=comments.ReplyRequest, aliases=(("POST", "/comments/reply"),),
    creates=True, verdict_keys=_PARTLY)
DELETE_COMMENTS = Route("comments.delete", "DELETE", "/comments/{native_id}", comments.CommentsDeleted,
    "content.md 12.5", "Delete one comment, or all that were sent through the API under a post",
    body=comments.CommentDelete, verdict_keys=_PARTLY)

ADD_FEED = Route("feed.add", "POST", "/feed", feed.Feed, "content.md 5", "Post what is new in a feed from now on",
    body=feed.FeedRequest)
LIST_FEEDS = Route("feed.list", "GET", "/feed", feed.Feeds, "content.md 5", "Registered feeds")
UPDATE_FEED = Route("feed.update", "PUT", "/feed", feed.Feed, "content.md 5", "Change how a feed is posted",
    body=feed.FeedUpdate)
DELETE_FEED = Route("feed.delete", "DELETE", "/feed", feed.FeedDeleted, "content.md 5", "Post a feed no more",
    body=feed.FeedDelete)

LIST_REVIEWS = Route("reviews.list", "GET", "/reviews", reviews.Reviews, "content.md 13",
    "Reviews of a Facebook page or a Google business", query=reviews.ReviewsQuery)
GET_REVIEW = Route("reviews.get", "GET", "/reviews/{id}", reviews.OneReview, "content.md 13", "One review",
    query=reviews.ReviewsQuery)
REPLY_REVIEW = Route("reviews.reply", "POST", "/reviews", reviews.ReviewAction, "content.md 13", "Answer a review",
    body=reviews.ReviewReplyRequest)
DELETE_REVIEW_REPLY = Route("reviews.delete_reply", "DELETE", "/reviews", reviews.ReviewAction, "content.md 13",
    "Take our answer to a review away", body=reviews.ReviewReplyDelete)

GET_AUTO_RESPONSE = Route("messages.auto_response", "GET", "/messages/autoresponse", messages.AutoResponse,
    "content.md 14.3", "The automatic answer to messages")
SET_AUTO_RESPONSE = Route("messages.set_auto_response", "POST", "/messages/autoresponse", messages.AutoResponseChanged,
    "content.md 14.3", "Change the automatic answer to messages", body=messages.AutoResponseSet)
LIST_MESSAGES = Route("messages.list", "GET", "/messages/{platform}", messages.Messages, "content.md 14.1",
    "Direct messages and conversations of a network", query=messages.MessagesQuery)
SEND_MESSAGE = Route("messages.send", "POST", "/messages/{platform}", messages.MessageSent, "content.md 14.2",
    "Write to somebody who wrote first", body=messages.MessageRequest, creates=True)

LIST_MEDIA = Route("media.list", "GET", "/media", media.Media, "content.md 6.1", "The media gallery", listed=True)
UPLOAD_MEDIA = Route("media.upload", "POST", "/media/upload", media.Media, "content.md 6.2",
    "Upload a file of at most 30 MB", body=media.MediaUpload, aliases=(("POST", "/upload"),))
UPLOAD_URL = Route("media.upload_url", "GET", "/media/uploadUrl", media.UploadUrl, "content.md 6.3",
    "A presigned address for a large upload", query=media.UploadUrlQuery)
MEDIA_EXISTS = Route("media.exists", "POST", "/media/urlExists", media.MediaExists, "content.md 6.4",
    "Whether a media URL answers", body=media.MediaUrl, verdict_keys=frozenset({"statusCode"}), reads=True)
MEDIA_META = Route("media.meta", "GET", "/media/meta", media.MediaMeta, "content.md 6.5", "Facts of a media file",
    query=media.MediaMetaQuery)

RESIZE_MEDIA = Route("media.resize", "POST", "/media/resize", media.Resized, "content.md 6.6",
    "A picture in a network's size, with watermark and effects", body=media.ResizeRequest)

CREATE_LINK = Route("links.create", "POST", "/links", links.Link, "content.md 8.1", "Shorten a URL",
    body=links.LinkRequest, aliases=(("POST", "/short"), ("POST", "/shorten")))
UPDATE_LINK = Route("links.update", "PUT", "/links/{id}", links.Link, "content.md 8.2",
    "Give a short link a new destination", body=links.LinkUpdate)
LIST_LINKS = Route("links.list", "GET", "/links", links.LinksAnswer, "content.md 8.3", "Short links with their clicks",
    query=links.LinksQuery, aliases=(("GET", "/analytics/links-short"),))
GET_LINK = Route("links.get", "GET", "/links/{id}", links.LinksAnswer, "content.md 8.3", "Clicks of one short link",
    query=links.LinksQuery)

AUTO_HASHTAGS = Route("hashtags.auto", "POST", "/hashtags/auto", hashtags.HashtagsAnswer, "content.md 7",
    "A text with hashtags added", body=hashtags.HashtagsRequest, aliases=(("POST", "/auto-hashtag"),), reads=True)

RECOMMEND_HASHTAGS = Route("hashtags.recommend", "GET", "/hashtags/recommend", hashtags.Recommendations, "content.md 7",
    "Tags around a keyword, with views", query=hashtags.HashtagKeyword)
SEARCH_HASHTAGS = Route("hashtags.search", "GET", "/hashtags/search", hashtags.SearchResults, "content.md 7",
    "Public media of Instagram with a tag", query=hashtags.HashtagSearch)
BANNED_HASHTAGS = Route("hashtags.banned", "GET", "/hashtags/banned", hashtags.BannedAnswer, "content.md 7",
    "Whether a tag hides the posts that carry it", query=hashtags.HashtagQuery)

GENERATE_POST = Route("generate.post", "POST", "/generate/post", generate.GeneratedPost, "content.md 9",
    "A post about a text, or for pictures", body=generate.GeneratePost)
GENERATE_REWRITE = Route("generate.rewrite", "POST", "/generate/rewrite", generate.Rewritten, "content.md 9",
    "The same said otherwise", body=generate.RewriteRequest)
GENERATE_TRANSCRIPTION = Route("generate.transcription", "POST", "/generate/transcription", generate.Transcription,
    "content.md 9", "What is said in an uploaded video", body=generate.TranscriptionRequest)
GENERATE_TRANSLATION = Route("generate.translate", "POST", "/generate/translate", generate.Translation, "content.md 9",
    "A text in another language", body=generate.TranslationRequest)
GENERATE_ALT_TEXT = Route("generate.alt_text", "POST", "/generate/altText", generate.AltText, "content.md 9",
    "What is to be seen in a picture", body=generate.AltTextRequest)
GENERATE_SENTIMENT = Route("generate.sentiment", "POST", "/generate/sentiment", generate.Sentiment, "content.md 9",
    "The mood of a text", body=generate.SentimentRequest, aliases=(("POST", "/generate/sentiments"),))

BRAND_BY_USER = Route("brand.by_user", "GET", "/brand/byUser", brand.Brands, "content.md 10",
    "What is public of other accounts", query=brand.BrandQuery, verdict_keys=_PARTLY)
BRAND_SEARCH_FACEBOOK = Route("brand.search_facebook", "GET", "/brand/search/facebook", brand.FoundBrands,
    "content.md 10", "Facebook pages by name", query=brand.BrandSearch)
BRAND_SEARCH_LINKEDIN = Route("brand.search_linkedin", "GET", "/brand/search/linkedin", brand.FoundBrands,
    "content.md 10", "LinkedIn members by name", query=brand.BrandSearch)
LISTEN_KEYWORD = Route("brand.listen", "GET", "/listen/keyword", brand.Heard, "content.md 10",
    "Public posts of X with a keyword", query=brand.ListenQuery)

AD_ACCOUNTS = Route("ads.accounts", "GET", "/ads/{platform}/accounts", ads.AdAccounts, "content.md 16.1",
    "Ad accounts, with what was spent", query=ads.AccountsQuery)
AD_CAMPAIGNS = Route("ads.campaigns", "GET", "/ads/{platform}/campaigns", ads.Campaigns, "content.md 16",
    "Campaigns of an ad account", query=ads.CampaignsQuery)
BOOST_POST = Route("ads.boost", "POST", "/ads/{platform}/boost", ads.Ad, "content.md 16.2",
    "Make an ad of a post", body=ads.BoostRequest, creates=True)
LIST_ADS = Route("ads.list", "GET", "/ads/{platform}/ads", ads.Ads, "content.md 16",
    "Ads by account, ad, campaign or post", query=ads.AdsQuery)
UPDATE_AD = Route("ads.update", "PUT", "/ads/{platform}/ads", ads.Ad, "content.md 16",
    "Pause an ad, let it run, or end it", body=ads.AdUpdate)
AD_HISTORY = Route("ads.history", "GET", "/ads/{platform}/history", ads.Spend, "content.md 16.3",
    "What ads cost and brought, day by day", query=ads.SpendQuery, aliases=(("GET", "/ads/{platform}/spend"),))
AD_INTERESTS = Route("ads.interests", "GET", "/ads/{platform}/interests", ads.Interests, "content.md 16",
    "Interests to aim at", query=ads.SearchQuery)
AD_REGIONS = Route("ads.regions", "GET", "/ads/{platform}/regions", ads.Regions, "content.md 16",
    "Regions to aim at", query=ads.SearchQuery)
AD_CITIES = Route("ads.cities", "GET", "/ads/{platform}/cities", ads.Cities, "content.md 16",
    "Cities to aim at", query=ads.SearchQuery)
AD_DSA = Route("ads.dsa_recommendations", "GET", "/ads/{platform}/dsaRecommendations", ads.DsaRecommendations,
    "content.md 16", "Names for beneficiary and payor", query=ads.CampaignsQuery)
GOOGLE_CAMPAIGNS = Route("ads.google_campaigns", "GET", "/ads/google/campaigns", ads.Campaigns, "content.md 16",
    "Campaigns of Google Ads")
UPDATE_GOOGLE = Route("ads.update_google", "PUT", "/ads/google/campaigns/{id}", ads.GoogleCampaign, "content.md 16",
    "Change a campaign of Google Ads", body=ads.GoogleUpdate)

SET_AUTO_SCHEDULE = Route("auto_schedule.set", "POST", "/auto-schedule/set",
    auto_schedule.AutoScheduleAnswer, "content.md 4.1", "Create or replace a named schedule",
    body=auto_schedule.AutoScheduleSet, aliases=(("POST", "/auto-schedule"), ("POST", "/set-auto-schedule")))
LIST_AUTO_SCHEDULES = Route("auto_schedule.list", "GET", "/auto-schedule/list",
    auto_schedule.Schedules, "content.md 4.2", "Named schedules", aliases=(("GET", "/auto-schedule"),), empty_code=192)
PENDING_AUTO_SCHEDULE = Route("auto_schedule.pending", "GET", "/auto-schedule/pending",
    auto_schedule.PendingPosts, "content.md 4.3", "Auto-scheduled posts not yet published")
DELETE_AUTO_SCHEDULE = Route("auto_schedule.delete", "DELETE", "/auto-schedule/delete",
    auto_schedule.Done, "content.md 4.4", "Delete a named schedule, or forget its pointer",
    body=auto_schedule.AutoScheduleDelete, aliases=(("DELETE", "/auto-schedule"),))

POST_ANALYTICS = Route("analytics.post", "POST", "/analytics/post", analytics.PostAnalytics, "analytics.md 3",
    "Metrics of one post", body=analytics.PostAnalyticsRequest, reads=True)
SOCIAL_ANALYTICS = Route("analytics.social", "POST", "/analytics/social", analytics.AccountAnalytics, "analytics.md 4",
    "Metrics of the linked accounts", body=analytics.SocialAnalyticsRequest, reads=True)
ANALYTICS_LINKS = Route("analytics.links", "GET", "/analytics/links", analytics.LinkEvents, "analytics.md 6.3",
    "Clicks of the last days, the older form", query=analytics.LinkDaysQuery, listed=True)

GET_USER = Route("user.get", "GET", "/user", user.User, "analytics.md 7", "The profile, its networks and quotas",
    query=user.UserQuery, aliases=(("GET", "/user/details"),))

CREATE_PROFILE = Route("profiles.create", "POST", "/profiles", profiles.ProfileCreated, "analytics.md 8.2",
    "Make a user profile; its key is given only here", body=profiles.ProfileRequest, creates=True,
    aliases=(("POST", "/profiles/create-profile"), ("POST", "/profiles/profile")))
LIST_PROFILES = Route("profiles.list", "GET", "/profiles", profiles.Profiles, "analytics.md 8.3",
    "User profiles by filter, page by page", query=profiles.ProfilesQuery)
UPDATE_PROFILE = Route("profiles.update", "PATCH", "/profiles", profiles.ProfileChanged, "analytics.md 8.4",
    "Change title, texts and switches of a profile", body=profiles.ProfileUpdate,
    aliases=(("PUT", "/profiles"), ("PUT", "/profiles/profile")))
DELETE_PROFILE = Route("profiles.delete", "DELETE", "/profiles", profiles.ProfileChanged, "analytics.md 8.5",
    "Delete a profile with all that belongs to it", body=profiles.ProfileDelete,
    aliases=(("DELETE", "/profiles/delete-profile"), ("DELETE", "/profiles/profile")))
UNLINK_SOCIAL = Route("profiles.unlink", "DELETE", "/profiles/social", profiles.Unlinked, "analytics.md 8.6",
    "Unlink a network from a profile", body=profiles.Unlink)
CREATE_LINK_SESSION = Route("profiles.link_session", "POST", "/profiles/link-sessions", profiles.LinkSession,
    "analytics.md 9.2", "An address at which the user of a profile links accounts", body=profiles.LinkSessionRequest)
GENERATE_JWT = Route("profiles.generate_jwt", "POST", "/profiles/generateJWT", profiles.Jwt, "analytics.md 9.3",
    "The same, the older way", body=profiles.JwtRequest)

REGISTER_WEBHOOK = Route("webhooks.register", "POST", "/hook/webhook", webhooks.WebhookAnswer, "analytics.md 10.1",
    "Send events of an action to an address", body=webhooks.WebhookRequest, aliases=(("POST", "/hook"),))
LIST_WEBHOOKS = Route("webhooks.list", "GET", "/hook/webhook", webhooks.Webhooks, "analytics.md 10.1",
    "Registered addresses by action", query=webhooks.WebhooksQuery, aliases=(("GET", "/hook"),))
DELETE_WEBHOOK = Route("webhooks.delete", "DELETE", "/hook/webhook", webhooks.WebhookAnswer, "analytics.md 10.1",
    "Send events of an action no more", body=webhooks.WebhookDelete, aliases=(("DELETE", "/hook"),))
ROTATE_SECRET = Route("webhooks.rotate", "POST", "/hook/webhook/secret", webhooks.WebhookAnswer, "analytics.md 10.1",
    "Sign with a new secret; the old one signs beside it for a day", body=webhooks.SecretRequest)

EXPLAIN_ERROR = Route("errors.explain", "GET", "/error-explainer", errors.Explanation, "analytics.md 11.4",
    "What an error code means and what to do", query=errors.ErrorQuery)
# fmt: on

ROUTES: tuple[Route, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Route))
BY_NAME: dict[str, Route] = {route.name: route for route in ROUTES}
