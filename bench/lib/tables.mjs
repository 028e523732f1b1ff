// The SQL that makes the benchmark's own files. Every value is a hash of its row and column, so that each run of it, on any
// machine, writes the same bytes.

/** `pick(row, place, n)`: a number from 0 to n - 1 that depends on the row and on a number for the column. */
const MACROS = `
CREATE MACRO pick(i, k, n) AS (hash(i * 1024 + k) % n)::BIGINT;
-- An amount in cents as systems write it: 17.5 and 7 rather than 17.50 and 7.00.
CREATE MACRO short(cents) AS rtrim(rtrim((cents::DECIMAL(9, 0) * 0.01)::VARCHAR, '0'), '.');
`;

const file = (select, options = '') => `${MACROS}COPY (${select}) TO 'TARGET' (FORMAT csv, HEADER${options});\n`;

/**
 * Trips like those of New York's yellow taxis, in the order of their start.
 * @param {number} rows
 */
export const taxi = (rows) =>
  file(`
WITH amounts AS (
  SELECT i,
    1546300800 + i * 31536000 // ${rows} + pick(i, 1, 900) AS pickup,
    120 + pick(i, 2, 1800) + pick(i, 3, 1800) * (pick(i, 4, 10) // 9) AS seconds,
    CASE WHEN pick(i, 5, 400) = 0 THEN -1 ELSE 1 END AS sign,
    300 + 50 * pick(i, 6, 60) + 50 * pick(i, 7, 120) * (pick(i, 8, 12) // 11) AS fare,
    50 * pick(i, 9, 3) AS extra,
    CASE WHEN pick(i, 10, 50) = 0 THEN 0 ELSE 50 END AS tax,
    pick(i, 11, 4) AS payment,
    CASE WHEN pick(i, 12, 18) = 0 THEN 576 ELSE 0 END AS tolls,
    CASE WHEN pick(i, 13, 40) = 0 THEN 0 ELSE 30 END AS improvement,
    CASE WHEN pick(i, 14, 12) = 0 THEN 0 ELSE 250 END AS congestion,
    pick(i, 15, 90) AS known
  FROM range(${rows}) AS rows(i)
), tips AS (
  SELECT *, CASE WHEN payment < 3 THEN fare * pick(i, 16, 30) // 100 ELSE 0 END AS tip FROM amounts
)
SELECT
  1 + pick(i, 17, 2) AS VendorID,
  make_timestamp(pickup * 1000000) AS tpep_pickup_datetime,
  make_timestamp((pickup + seconds) * 1000000) AS tpep_dropoff_datetime,
  CASE WHEN known > 0 THEN 1 + pick(i, 18, 12) // 8 + pick(i, 19, 12) // 10 * 3 END AS passenger_count,
  (seconds * (40 + pick(i, 20, 90)) // 100)::DECIMAL(9, 0) * 0.01 AS trip_distance,
  CASE WHEN known > 0 THEN 1 + pick(i, 21, 40) // 39 END AS RatecodeID,
  CASE WHEN known > 0 THEN CASE WHEN pick(i, 22, 100) = 0 THEN 'Y' ELSE 'N' END END AS store_and_fwd_flag,
  1 + pick(i, 23, 265) AS PULocationID,
  1 + pick(i, 24, 265) AS DOLocationID,
  1 + payment AS payment_type,
  short(sign * fare) AS fare_amount,
  short(sign * extra) AS extra,
  short(sign * tax) AS mta_tax,
  short(sign * tip) AS tip_amount,
  short(sign * tolls) AS tolls_amount,
  short(sign * improvement) AS improvement_surcharge,
  short(sign * (fare + extra + tax + tip + tolls + improvement + congestion)) AS total_amount,
  CASE WHEN known > 3 THEN short(sign * congestion) END AS congestion_surcharge
FROM tips`);

/** What a cell of the wide table holds, column by column in turn, for the hash `h` of the cell. */
const WIDE_KINDS = [
  'h >> 8 & 1023',
  '(h >> 8 & 1048575)::DECIMAL(9, 0) * 0.01',
  "['open', 'closed', 'on hold', 'rejected', 'to be checked'][1 + ((h >> 8) % 5)::BIGINT]",
  "DATE '2015-01-01' + ((h >> 8) % 4000)::INTEGER",
  'h >> 24',
  "'K' || (h >> 8 & 65535) || '-' || (h >> 32 & 255)",
];

/** Of how many of a hundred rows of a wide column there is a value: from none to all, fifty on average. */
const filled = (column) => (column * 37) % 101;

/**
 * Many columns, of which the average one is half empty, and a few are wholly so.
 * @param {number} rows
 * @param {number} columns
 */
export const wide = (rows, columns) =>
  file(
    `SELECT ${Array.from({ length: columns }, (_, column) => {
      const hash = `hash(i * 1024 + ${column})`;
      const value = WIDE_KINDS[column % WIDE_KINDS.length].replaceAll(/\bh\b/g, hash);
      const name = `c${String(column).padStart(3, '0')}`;
      return `CASE WHEN ${hash} & 127 < ${Math.round(filled(column) * 1.28)} THEN ${value} END AS ${name}`;
    }).join(',\n')} FROM range(${rows}) AS rows(i)`,
  );

/** What comments begin with: quotes of several kinds, commas, emoji. */
const SENTENCES = [
  'The parcel came two days late and the box was open.',
  'She said "we will look into it" and hung up.',
  'All good, thanks; would order again.',
  'Où est passée la garantie ? Déjà réclamée à Besançon.',
  'Der Händler schrieb: „Größe prüfen“, also habe ich sie geprüft.',
  'Η παραγγελία άργησε, αλλά έφτασε ολόκληρη.',
  'На коробке написано «хрупкое», но никто не смотрел.',
  '客服说「明天回复」，到现在还没有消息。',
  'قال الموظف: سنرد غدًا، شكرًا.',
  'Super 👍🏽 merci 🎉🎉',
];

/** What words are put together from, script by script, so that text is as varied as people's and not as what repeats. */
const WORDS = [
  {
    stems: 'open work turn call paint print clean order help want deliver look seal check sort test',
    endings: 'ed |ing |s | |er |ers, |able |. ',
  },
  {
    stems: 'réclam élev déplaç préfér répét allég gén céd größ prüf schütz mañan señal añad čist přísn',
    endings: 'é |ée |er |ação |ität |ção, |ñas |ů. ',
  },
  {
    stems: 'παραγγελ αποστολ κουτ χρώμ τιμολόγ πελάτ εργασ κατάστ ημέρ επιστροφ πληρωμ δέμ ποιότ μέγεθ σφραγίδ τηλέφων',
    endings: 'ία |ές |ων |ου |ας |εις, |η |ος. ',
  },
  {
    stems: 'заказ короб достав цвет возврат оплат качеств размер звон клиент магазин телефон упаков провер работ ответ',
    endings: 'а |ов |ами |ный |ы |ке, |ом |ить. ',
  },
  {
    stems: '包装 订单 客服 颜色 退货 付款 质量 尺寸 电话 商店 发票 今天 明天 我们 他们 时间',
    endings: '很好|没有|已经|的|了，|不|还要|。',
  },
  {
    stems: 'طلب صندوق توصيل لون دفع جودة حجم هاتف عميل متجر فاتورة يوم غلاف جواب عمل موعد',
    endings: 'ات |ين |ه |نا |ها، |كم |ي |. ',
  },
].map(({ stems, endings }) => ({ stems: stems.split(' '), endings: endings.split('|') }));

const EMOJI = ['👍🏽', '🎉', '📷', '⚠️', '🚚', '❤️', '🙏🏿', '👩‍🔧'];

const AUTHORS = [
  'Anna Müller',
  'José Peña',
  'Zoë Çelik',
  'Ελένη Παππά',
  'Иван Петров',
  '王小明',
  'محمد علي',
  'Smith, John',
  'Siobhán O’Neill',
  'Łukasz Żak',
];

const list = (texts) => `[${texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ')}]`;

/**
 * Comments of up to fifty words in several scripts, in quotes, with line breaks and doubled quotes inside.
 * @param {number} rows
 */
export const text = (rows) => {
  const one = (name, k, count) => `${name}[1 + pick(i, ${k}, ${count})]`;
  // Each run of words is in one script; a word is a stem and an ending, each from a list of all scripts one after the other.
  const words = (run, count) => {
    const part = (name, length, k) =>
      `${name}[1 + ${length} * pick(i, ${run}, ${WORDS.length}) + pick(i, ${k}, ${length})]`;
    return Array.from({ length: count }, (_, at) => {
      const k = run + 1 + 2 * at;
      return `${part('stems', WORDS[0].stems.length, k)} || ${part('endings', WORDS[0].endings.length, k + 1)}`;
    }).join(' || ');
  };
  // A line break before every other run of words, once an empty line.
  const runs = [' ', '\\n', ' ', '\\n\\n', ' '].map(
    (gap, at) => `CASE WHEN pick(i, 9, 6) > ${at} THEN e'${gap}' || ${words(100 * (at + 1), 8)} ELSE '' END`,
  );
  return file(
    `
SELECT i + 1 AS id,
  make_timestamp((1577836800 + i * 7 + pick(i, 1, 7)) * 1000000) AS posted,
  ${one('authors', 2, AUTHORS.length)} || CASE WHEN pick(i, 3, 4) = 0 THEN ' ' || pick(i, 4, 9000) ELSE '' END AS author,
  1 + pick(i, 5, 5) AS stars,
  ${one('sentences', 6, SENTENCES.length)} || ${runs.join(' || ')}
    || CASE WHEN pick(i, 7, 10) = 0 THEN ${one('emoji', 8, EMOJI.length)} ELSE '' END AS comment,
  CASE WHEN pick(i, 10, 3) = 0 THEN ${words(600, 4)} END AS reply
FROM range(${rows}) AS rows(i), (
  SELECT ${list(SENTENCES)} AS sentences, ${list(AUTHORS)} AS authors, ${list(EMOJI)} AS emoji,
    ${list(WORDS.flatMap(({ stems }) => stems))} AS stems,
    ${list(WORDS.flatMap(({ endings }) => endings))} AS endings
)`,
    ', FORCE_QUOTE (comment)',
  );
};

/**
 * What a sample does not show: one amount that is none, far from the beginning, and dates whose first hundred can be
 * read day first or month first.
 * @param {number} rows
 */
export const late = (rows) => {
  // Line 2,900,003 of the file of three million rows, the header being line 1.
  const note = Math.round((rows * 2.9) / 3) + 1;
  return file(`
SELECT i + 1 AS id,
  CASE WHEN i = ${note} THEN 'see note 4' ELSE (pick(i, 1, 5000000)::DECIMAL(9, 0) * 0.01)::VARCHAR END AS amount,
  strftime(DATE '2021-01-01' + CASE WHEN i < 100 THEN pick(i, 2, 12) ELSE pick(i, 3, 1461) END::INTEGER, '%m/%d/%Y') AS booked,
  ['rent', 'salaries', 'travel', 'material', 'other'][1 + pick(i, 4, 5)] AS account
FROM range(${rows}) AS rows(i)`);
};
