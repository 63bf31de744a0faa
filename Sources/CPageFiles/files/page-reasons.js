// The words that the server uses, put into the language of the page: reasons, and what has happened to a letter.

import { h } from './page-dom.js';
import { oneLine } from './page-format.js';
import { language } from './page-words.js';

const CHINESE = {
  account_blocked: '账号被封禁', agent_invalid: '客服账号无效', api_unauthorized: '接口无权限', api_withdrawn: '接口已下线',
  app_invalid: '应用无效', app_required: '未指定应用', bad_json: 'JSON 有误', bad_reply_to: 'reply_to 无效', bad_value: '取值有误',
  body_too_large: '内容过大', conflicting_keys: '键冲突', content_blocked: '内容被拦截', delivery_limit: '投递次数超限', duplicate: '重复',
  expired: '已过期', expired_in_queue: '排队时过期', form_id_invalid: 'form_id 无效', ip_not_allowed: 'IP 不在白名单',
  link_invalid: '链接无效', login_code_invalid: '登录码无效', media_invalid: '媒体无效', miniprogram_invalid: '小程序无效',
  missing_key: '缺少键', missing_param: '缺少参数', outcome_unknown: '结果未知', page_invalid: '页面无效', payload_invalid: '消息体无效',
  poisoned: '任务使进程崩溃', queue_full: '队列已满', rate_limited: '超出频率限制', recipient_blocked: '收件人受限',
  recipient_busy: '收件人繁忙', recipient_not_following: '未关注', recipient_refused: '用户拒收', recipient_unknown: '收件人不存在',
  rejected: '被拒收', reply_window_closed: '超出回复时限', request_invalid: '请求无效', retries_exhausted: '重试已用尽',
  secret_rejected: '密钥错误', signature_required: '需要接口签名', template_blocked: '模板被封禁', template_error: '模板出错',
  template_invalid: '模板无效', token_rejected: '令牌被拒', unknown_app: '未知应用', unknown_errcode: '未知错误码', unknown_key: '未知的键',
  unknown_template: '未知模板', unreachable: '无法连接', unspecified: '原因不明', value_invalid: '取值不合规', value_too_long: '内容过长',
  wechat_busy: '微信繁忙', wrong_app_type: '账号类型不符', wrong_type: '类型有误', ok: '正常', cache: '缓存不可用', probe: '试探中',
};

const ENGLISH = {
  api_unauthorized: 'API not authorised', bad_json: 'Bad JSON', bad_reply_to: 'Bad reply_to',
  form_id_invalid: 'form_id invalid', ip_not_allowed: 'IP not on the list', api_withdrawn: 'API withdrawn',
  wechat_busy: 'WeChat busy',
};

/// A reason for people; one that is not known here stands as it is.
export function reasonLabel(word) {
  const known = language() === 'zh' ? CHINESE : ENGLISH;
  if (Object.hasOwn(known, word)) return known[word];
  const text = oneLine(word).slice(0, 80);
  if (language() === 'zh' || !Object.hasOwn(CHINESE, word)) return text;
  return text.charAt(0).toUpperCase() + text.slice(1).replaceAll('_', ' ');
}

/// The same with the word itself, by which one filters.
export const reasonTag = (word, errcode) => {
  const label = reasonLabel(word);
  const plain = oneLine(word).slice(0, 80);
  const codes = [label === plain ? null : plain, errcode].filter((code) => code !== null && code !== undefined);
  return h('span.why', h('b', label), codes.length > 0 ? h('code', codes.join(' · ')) : null);
};

// What the server says of a letter's past, and the same in Chinese.
const STEPS = [
  [/^published by the sender$/, () => '发送方发布'],
  [/^failed for the first time$/, () => '首次失败'],
  [/^sent again by (.*), the (\d+)\. time$/s, (who, times) => `由 ${who} 第 ${times} 次重发`],
  [/^left the queue (.*): (.*), (\d+) times$/s, (queue, reason, times) => `离开队列 ${queue}：${reason}，${times} 次`],
  [/^died after (\d+) (?:try|tries), at worker (.*)$/s, (tries, worker) => `尝试 ${tries} 次后成为死信，工作进程 ${worker}`],
  [/^died after (\d+) (?:try|tries)$/, (tries) => `尝试 ${tries} 次后成为死信`],
];

/// A step of a letter's past, in the language of the page.
export function happened(sentence) {
  if (language() !== 'zh') return sentence.charAt(0).toUpperCase() + sentence.slice(1);
  for (const [pattern, words] of STEPS) {
    const match = pattern.exec(sentence);
    if (match) return words(...match.slice(1));
  }
  return sentence;
}
