"""Metrics of LinkedIn (analytics.md 5.5)."""

from social.contract.metrics.base import Int, Metrics, Num, Part, Text, count, fact, milliseconds, ratio


class LinkedinReactions(Part):
    """Reactions by kind."""

    like: Int = count("Likes")
    praise: Int = count("Celebrations")
    maybe: Int = count("Curious ones")
    empathy: Int = count("Hearts")
    interest: Int = count("Insightful ones")
    appreciation: Int = count("Supporting ones")


class LinkedinPost(Metrics):
    """A post on LinkedIn. Personal accounts give likes, comments and reactions only (analytics.md 3.4)."""

    likeCount: Int = count("Likes")
    commentCount: Int = count("Comments")
    shareCount: Int = count("Shares")
    clickCount: Int = count("Clicks")
    impressionCount: Int = count("Times shown")
    uniqueImpressionsCount: Int = count("Members reached")
    engagement: Num = ratio("Likes, comments, shares and clicks per impression")
    reactions: LinkedinReactions | None = fact("Reactions by kind")
    totalFirstLevelComments: Int = count("Comments that answer no other")
    commentsState: Text = fact("Whether comments are OPEN or CLOSED")
    videoViews: Int = count("Views of the video")
    videoViewers: Int = count("Members who viewed the video")
    videoWatchTimeMs: Int = milliseconds("Time watched in all")


class LinkedinFollowers(Part):
    """Followers of a page."""

    organicFollowerCount: Int = count("Followers that came by themselves")
    paidFollowerCount: Int = count("Followers that ads brought")
    totalFollowerCount: Int = count("All followers")


class LinkedinViews(Part):
    """Views of a page, by tab and device."""

    allPageViews: Int = count("All views")
    allDesktopPageViews: Int = count("All views on computers")
    allMobilePageViews: Int = count("All views on phones")
    desktopAboutPageViews: Int = count("Views of About on computers")
    mobileAboutPageViews: Int = count("Views of About on phones")
    aboutPageViews: Int = count("Views of About")
    desktopCareersPageViews: Int = count("Views of Careers on computers")
    mobileCareersPageViews: Int = count("Views of Careers on phones")
    careersPageViews: Int = count("Views of Careers")
    desktopInsightsPageViews: Int = count("Views of Insights on computers")
    mobileInsightsPageViews: Int = count("Views of Insights on phones")
    desktopJobsPageViews: Int = count("Views of Jobs on computers")
    mobileJobsPageViews: Int = count("Views of Jobs on phones")
    jobsPageViews: Int = count("Views of Jobs")
    desktopLifeAtPageViews: Int = count("Views of Life on computers")
    mobileLifeAtPageViews: Int = count("Views of Life on phones")
    lifeAtPageViews: Int = count("Views of Life")
    desktopOverviewPageViews: Int = count("Views of Overview on computers")
    mobileOverviewPageViews: Int = count("Views of Overview on phones")
    overviewPageViews: Int = count("Views of Overview")
    desktopPeoplePageViews: Int = count("Views of People on computers")
    mobilePeoplePageViews: Int = count("Views of People on phones")
    peoplePageViews: Int = count("Views of People")
    desktopProductsPageViews: Int = count("Views of Products on computers")
    mobileProductsPageViews: Int = count("Views of Products on phones")
    productsPageViews: Int = count("Views of Products")


class LinkedinCareersClicks(Part):
    """Clicks on the careers tab on computers."""

    careersPagePromoLinksClicks: Int = count("Clicks on promoted links")
    careersPageBannerPromoClicks: Int = count("Clicks on the banner")
    careersPageJobsClicks: Int = count("Clicks on jobs")
    careersPageEmployeesClicks: Int = count("Clicks on employees")


class LinkedinMobileCareersClicks(Part):
    """Clicks on the careers tab on phones."""

    careersPageJobsClicks: Int = count("Clicks on jobs")
    careersPagePromoLinksClicks: Int = count("Clicks on promoted links")
    careersPageEmployeesClicks: Int = count("Clicks on employees")


class LinkedinClicks(Part):
    """Clicks on a page's careers tab."""

    careersPageClicks: LinkedinCareersClicks | None = fact("On computers")
    mobileCareersPageClicks: LinkedinMobileCareersClicks | None = fact("On phones")


class LinkedinAccount(Metrics):
    """A page on LinkedIn; of a personal account `followersCount` and little else. Trails by one or two days."""

    likeCount: Int = count("Likes")
    commentCount: Int = count("Comments")
    shareCount: Int = count("Shares")
    clickCount: Int = count("Clicks")
    impressionCount: Int = count("Times shown")
    uniqueImpressionsCount: Int = count("Members reached")
    engagement: Num = ratio("Likes, comments, shares and clicks per impression")
    followers: LinkedinFollowers | None = fact("Followers of the page")
    views: LinkedinViews | None = fact("Views of the page")
    clicks: LinkedinClicks | None = fact("Clicks on the careers tab")
    followersCount: Int = count("Followers of a personal account")
