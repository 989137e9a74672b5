tarteaucitronCustomText = { alertBigPrivacy: TEXTS.message, acceptAll: TEXTS.accept, denyAll: TEXTS.refuse, personalize: TEXTS.choose };
tarteaucitron.init({
  privacyUrl: '#privacy', bodyPosition: 'top', hashtag: '#tarteaucitron', cookieName: 'tarteaucitron', orientation: 'middle',
  groupServices: true, showDetailsOnClick: true, serviceDefaultState: 'wait', showAlertSmall: false, cookieslist: false,
  showIcon: true, iconPosition: 'BottomRight', adblocker: false, DenyAllCta: true, AcceptAllCta: true, highPrivacy: true,
  handleBrowserDNTRequest: false, removeCredit: false, moreInfoLink: true, useExternalCss: false, useExternalJs: false,
  mandatory: true, mandatoryCta: true, googleConsentMode: true, bingConsentMode: true, pianoConsentMode: true, partnersList: false,
});
tarteaucitron.job = tarteaucitron.job || [];
for (const [key, type, [name]] of [['preferred', 'other', TEXTS.categories.functional], ['counting', 'analytic', TEXTS.categories.analytics], ['embeds', 'social', TEXTS.categories.social]]) {
  tarteaucitron.services[key] = {
    key, type, name, needConsent: true, cookies: [],
    js() { if (key === 'counting') tarteaucitron.addScript(ANALYTICS); },
    fallback() {},
  };
  tarteaucitron.job.push(key);
}
