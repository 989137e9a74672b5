/** The same words for every peer that lets the site write its own, so that no one is lighter for saying less. */
export const texts = {
  title: 'Your choice about cookies',
  message: 'We would like to use cookies to remember your settings, to count visits and to show videos and posts from social media. We only do so if you agree. You can change your mind at any time.',
  accept: 'Accept all',
  refuse: 'Refuse all',
  choose: 'Choose',
  save: 'Save my choice',
  close: 'Close',
  preferences: 'Your preferences',
  policy: 'Privacy statement',
  categories: {
    necessary: ['Necessary', 'Keeps the shop, the basket and your choice working. Always on.'],
    functional: ['Functional', 'Remembers your language and your branch.'],
    analytics: ['Analytics', 'Counts visits and pages, so that we can improve the website. Google Analytics, kept for 14 months.'],
    social: ['Social media', 'Shows videos and posts from YouTube, Facebook and X, which can then follow you.'],
  },
} as const;
