// What a person has chosen holds before anything is painted: this is the one script that is no module.
(() => {
  const read = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const root = document.documentElement;
  const theme = read('wxpush.theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const language = read('wxpush.language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
  root.lang = language === 'zh' ? 'zh-CN' : 'en';
})();
