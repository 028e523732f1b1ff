"""Tables in the languages whose encodings are tried: names, places and remarks that people could have written."""

from .tables import Table

# Each language: the names of the columns of a list of people, of a list of goods, and twelve lines of
# person | place | remark | good.
LANGUAGES: dict[str, tuple[str, str, str]] = {
    "polish": (
        "Nazwisko|Miasto|Uwagi",
        "Kod|Towar|Ilość|Cena",
        """Wiśniewska Małgorzata|Łódź|Prosi o wiadomość pocztą, nie telefonem|Świeżo mielona kawa
Wójcik Paweł|Kraków|Przesyłkę odebrał sąsiad|Herbata z różą
Kamińska Żaneta|Poznań|Zapłacone gotówką w sklepie|Miód spadziowy
Dąbrowski Stanisław|Gdańsk|Następna dostawa w przyszłym tygodniu|Chleb żytni
Kozłowska Agnieszka|Częstochowa|Zmiana adresu od października|Śliwki suszone
Jabłoński Łukasz|Wrocław|Reklamacja uwzględniona|Ogórki kiszone
Grabowska Elżbieta|Zielona Góra|Czeka na fakturę korygującą|Sól gruboziarnista
Pawłowski Zbigniew|Rzeszów|Towar uszkodzony w drodze|Mąka pszenna
Nowakowska Celina|Białystok|Proszę dzwonić po szesnastej|Żurek w butelce
Sikorski Jędrzej|Toruń|Stały klient, przyznać zniżkę|Pierniki toruńskie
Włodarczyk Bożena|Kielce|Zamówienie złożone ponownie|Grzyby leśne
Błaszczyk Michał|Słupsk|Źle wpisany kod pocztowy|Twaróg chudy""",
    ),
    "czech": (
        "Jméno|Město|Poznámka",
        "Kód|Zboží|Množství|Cena",
        """Dvořáková Věra|Plzeň|Zákaznice žádá o vrácení peněz|Švestková povidla
Novotný Jiří|Ústí nad Labem|Zásilka byla doručena sousedům|Žitný chléb
Procházková Lucie|Hradec Králové|Čeká na opravný daňový doklad|Hořčice plnotučná
Kučera Ondřej|Třebíč|Volat až po páté odpoledne|Ořechová směs
Veselá Zdeňka|Děčín|Změna adresy od příštího měsíce|Sýr s plísní
Horák Přemysl|Příbram|Poškozený obal, přijato s výhradou|Měkký tvaroh
Němcová Božena|Kroměříž|Stálá zákaznice, přiznat slevu|Křen strouhaný
Pokorný Matěj|Jindřichův Hradec|Zaplaceno v hotovosti|Čočka hnědá
Růžičková Žofie|Česká Lípa|Druhá objednávka zrušena|Zelí kysané
Hájek Řehoř|Žďár nad Sázavou|Objednávka bude doručena v úterý|Džem meruňkový
Králová Šárka|Břeclav|Špatně uvedené směrovací číslo|Víno ryzlink
Sedláček Tomáš|Frýdek-Místek|Dodat k zadnímu vchodu|Třešně v nálevu""",
    ),
    "hungarian": (
        "Név|Település|Megjegyzés",
        "Kód|Árucikk|Mennyiség|Ár",
        """Kovács Ágnes|Győr|Kérjük, előző nap telefonáljanak|Őszibaracklekvár
Szűcs Gergő|Székesfehérvár|A csomagot a szomszéd vette át|Fűszerpaprika
Tóth Erzsébet|Nyíregyháza|Helyesbítő számlára vár|Tökmagolaj
Kőszegi Dávid|Hódmezővásárhely|Címváltozás októbertől|Mézeskalács
Németh Zsófia|Szombathely|Készpénzzel fizetett az üzletben|Túró félzsíros
Bíró Őrs|Kaposvár|Sérült csomagolás, fenntartással átvéve|Szőlőlé
Fülöp Csilla|Kecskemét|Törzsvásárló, kedvezmény jár|Körtebefőtt
Gősy Béla|Érd|Rosszul megadott irányítószám|Hűtött csirkemell
Újvári Mónika|Veszprém|A második rendelést törölte|Zöldborsó
Vörös Kálmán|Békéscsaba|A hátsó bejárathoz kérjük|Kolbász csípős
Ökrös Júlia|Mezőkövesd|Délután öt után hívható|Törökméz
Hegedűs Tímea|Dunaújváros|Jövő héten újra rendel|Búzaliszt""",
    ),
    "russian": (
        "Фамилия|Город|Примечание",
        "Код|Товар|Количество|Цена",
        """Кузнецова Елена|Екатеринбург|Просит перезвонить после шести|Мёд гречишный
Смирнов Алексей|Санкт-Петербург|Посылку получил сосед|Чай чёрный
Щербакова Юлия|Нижний Новгород|Оплачено наличными в магазине|Хлеб ржаной
Жуков Дмитрий|Челябинск|Адрес изменится с октября|Огурцы солёные
Воробьёва Анна|Новосибирск|Упаковка повреждена в дороге|Гречневая крупа
Цветков Эдуард|Ростов-на-Дону|Постоянный клиент, положена скидка|Сгущённое молоко
Фёдорова Ольга|Владивосток|Второй заказ отменён|Варенье вишнёвое
Яковлев Игорь|Казань|Неверно указан почтовый индекс|Пряники тульские
Шишкина Наталья|Ярославль|Следующая поставка во вторник|Квас домашний
Чернов Виктор|Хабаровск|Доставить к чёрному входу|Икра кабачковая
Ершова Людмила|Архангельск|Ждёт исправленный счёт|Рыба копчёная
Быков Сергей|Тула|Звонил дважды, ответа не было|Масло подсолнечное""",
    ),
    "ukrainian": (
        "Прізвище|Місто|Примітка",
        "Код|Товар|Кількість|Ціна",
        """Шевченко Ганна|Київ|Просить зателефонувати після шостої|Мед липовий
Коваленко Андрій|Харків|Посилку отримав сусід|Чай із чебрецем
Бойко Єлизавета|Львів|Сплачено готівкою в крамниці|Хліб житній
Ткаченко Ігор|Дніпро|Адреса зміниться з жовтня|Огірки квашені
Кравчук Юлія|Чернівці|Упаковку пошкоджено в дорозі|Крупа гречана
Олійник Сергій|Вінниця|Постійний клієнт, надати знижку|Згущене молоко
Мельник Їванна|Запоріжжя|Друге замовлення скасовано|Варення вишневе
Поліщук Дмитро|Чернігів|Неправильно вказано індекс|Пряники медові
Лисенко Наталія|Івано-Франківськ|Наступна доставка у вівторок|Квас домашній
Гончар Віктор|Ужгород|Доставити до заднього входу|Ікра кабачкова
Ґалаґан Людмила|Тернопіль|Чекає на виправлений рахунок|Риба копчена
Савчук Євген|Біла Церква|Дзвонив двічі, ніхто не відповів|Олія соняшникова""",
    ),
    "bulgarian": (
        "Фамилия|Град|Бележка",
        "Код|Стока|Количество|Цена",
        """Иванова Гергана|Пловдив|Моли да се обадите след шест|Мед от липа
Димитров Стоян|Велико Търново|Пратката е получена от съседа|Чай от мащерка
Георгиева Ваня|Стара Загора|Платено в брой в магазина|Ръжен хляб
Петров Асен|Бургас|Адресът се променя от октомври|Кисели краставички
Стоянова Милена|Русе|Опаковката е повредена по пътя|Лютеница едро смляна
Тодоров Живко|Благоевград|Редовен клиент, полага се отстъпка|Сирене краве
Христова Цветана|Шумен|Втората поръчка е отказана|Сладко от вишни
Василев Пламен|Добрич|Грешно посочен пощенски код|Локум с роза
Николова Жана|Враца|Следващата доставка е във вторник|Боза домашна
Ангелов Юлиан|Кърджали|Да се достави на задния вход|Айвар лют
Маринова Яна|Хасково|Чака поправена фактура|Пушена риба
Колев Щерю|Търговище|Звъня два пъти, никой не отговори|Олио слънчогледово""",
    ),
    "german": (
        "Name|Ort|Anmerkung",
        "Nr|Artikel|Menge|Preis",
        """Jürgen Groß|Köln|Möchte nachträglich eine Rechnung|Käse, gereift
Ursula Schröder|Düsseldorf|Wünscht Lieferung „frei Haus“|Süßkirschen
Björn Kühnemann|Nürnberg|Bitte fünf Minuten früher läuten|Müslimischung
Änne Löffler|Würzburg|Überweisung über 20 € fehlt|Brötchen
Günther Weiß|Lübeck|Schlüssel liegt beim Hausmeister|Kürbiskernöl
Käthe Böhm|Göttingen|Größe stimmt nicht – Umtausch|Weißbier
Jörg Häusler|Münster|Zahlt erst nächste Woche|Räucherlachs
Bärbel Öztürk|Tübingen|Grüße ausrichten|Frühstückseier
Rüdiger Fröhlich|Gießen|Straße gesperrt, später liefern|Gewürzgurken
Hildegard Jäger|Saarbrücken|Nachbarin öffnet die Tür|Pflaumenmus
Sören Lüders|Fürth|Gehört zum großen Auftrag|Apfelstrudel, süß
Marianne Höß|Öhringen|Rückruf während der Öffnungszeiten|Nußecken""",
    ),
    "french": (
        "Nom|Ville|Remarque",
        "Réf|Désignation|Quantité|Prix",
        """Élodie Lefèvre|Besançon|Préfère être appelée après dîner|Crème brûlée
François Côté|Nîmes|Colis déposé chez la gardienne|Pâté de campagne
Zoé Bélanger|Orléans|L’adresse a changé en août|Confiture d’abricots
Jérôme Noël|Mâcon|Réglé en espèces, reçu donné|Café moulu à l’ancienne
Maëlle Rivière|Saint-Étienne|N’a pas reçu le mois passé|Œufs fermiers
Aurélien Garçon|Béziers|Client fidèle : remise accordée|Gâteau aux noix
Hélène Tréguier|Alès|Deuxième commande annulée|Thé à la bergamote
Benoît Fréchette|Épinal|Code postal erroné, corrigé|Fromage de chèvre
Gaëtan Lemaître|Niort|Livraison à l’entrée de derrière|Purée de châtaignes
Noémie Desprès|Évreux|À rappeler dès la rentrée|Bûche pâtissière
Loïc Guérin|Thonon-les-Bains|Emballage abîmé à l’arrivée|Pêches au sirop
Cécile Hémon|Angoulême|Sœur de la cliente précédente|Crêpes dentelle""",
    ),
    "spanish": (
        "Nombre|Ciudad|Observación",
        "Código|Artículo|Cantidad|Precio",
        """José Ángel Núñez|Málaga|Llamar después de las ocho, ¡no antes!|Jamón ibérico
Begoña Ibáñez|Logroño|El vecino recogió el envío|Aceitunas aliñadas
María Peña|Cádiz|Pagó en efectivo, 30 € de señal|Piña en almíbar
Íñigo Muñoz|Vitoria|Cambió de dirección este otoño|Atún en escabeche
Concepción Yáñez|A Coruña|Pidió factura según lo acordado|Turrón de almendra
Ramón Güell|Lleida|¿Cuándo llega el próximo pedido?|Piñones pelados
Inés Ordóñez|Jaén|Clienta habitual, aplicar descuento|Aceite de oliva añejo
Óscar Cañizares|Cáceres|Segundo pedido cancelado|Café de Puerto Rico
Úrsula Riaño|Ávila|Código postal mal escrito|Champiñón laminado
Nicolás Fariñas|Castellón|Entregar por la puerta pequeña|Miel de castaño
Asunción Ávalos|Mérida|Todavía espera el abono|Melocotón en dulce
Joaquín Briñas|Alcalá de Henares|Avisó dos veces, no contestó nadie|Piñata de cartón""",
    ),
    "swedish": (
        "Namn|Ort|Anmärkning",
        "Nr|Vara|Mängd|Pris",
        """Åsa Lindström|Malmö|Vill gärna bli uppringd efter sex|Blåbärssylt
Göran Sjöberg|Västerås|Grannen tog emot paketet|Rågbröd
Märta Öberg|Örebro|Betalade kontant i butiken|Prästost
Håkan Nyström|Växjö|Ny adress från första oktober|Smörgåsgurka
Britt Åkesson|Skövde|Förpackningen skadad på vägen|Rökt lax från Vänern
Jörgen Källström|Jönköping|Stamkund, får rabatt|Kanelbullar, färska
Äva Hägglund|Borås|Andra beställningen avbokad|Hjortronsylt
Sören Bäckman|Umeå|Fel postnummer, rättat|Knäckebröd
Pär Österlund|Gävle|Lämnas vid bakdörren|Grädde
Rakel Ström|Södertälje|Väntar på ny faktura|Köttbullar
Örjan Hållström|Luleå|Ringde två gånger utan svar|Äppelmust
Maj Löfgren|Norrköping|Återkommer nästa månad|Kräftor""",
    ),
    "japanese": (
        "氏名|都市|備考",
        "番号|品名|数量|価格",
        """佐藤 花子|札幌市|午後六時以降に電話してください|緑茶のティーバッグ
鈴木 一郎|横浜市|荷物は隣の人が受け取りました|味噌ラーメン
高橋 さくら|京都市|店頭で現金払い|抹茶アイスクリーム
田中 健太|名古屋市|十月から住所が変わります|きしめん
渡辺 美咲|仙台市|配送中に箱が破損|笹かまぼこ
伊藤 大輔|神戸市|常連のお客様なので割引あり|明石焼きセット
山本 由美|広島市|二回目の注文は取り消し|もみじ饅頭
中村 翔|福岡市|郵便番号が間違っていました|辛子明太子
小林 ひかり|長野市|次の配達は火曜日の予定|りんごジュース
加藤 修|金沢市|裏口に置いてください|加賀棒ほうじ茶
吉田 ミドリ|那覇市|訂正された請求書を待っています|ちんすこう
山田 太郎|静岡市|二度電話したが応答なし|わさび漬け""",
    ),
    "korean": (
        "이름|도시|비고",
        "번호|품명|수량|가격",
        """김민준|서울특별시|저녁 여섯 시 이후에 전화해 주세요|녹차 티백
이서연|부산광역시|옆집에서 소포를 받았습니다|배추김치
박지훈|대구광역시|매장에서 현금으로 결제함|고추장
최수빈|인천광역시|시월부터 주소가 바뀝니다|참기름
정하은|광주광역시|배송 중 상자가 파손됨|들깨가루
강도윤|대전광역시|단골 손님이므로 할인 적용|한과 선물세트
조예진|울산광역시|두 번째 주문은 취소되었습니다|미역국
윤재호|수원시|우편번호가 잘못 적혀 있었습니다|갈비탕
장미란|전주시|다음 배달은 화요일 예정|비빔밥 재료
임성민|춘천시|뒷문 앞에 놓아 주세요|닭갈비 양념
한지우|제주시|수정된 청구서를 기다리고 있습니다|감귤 주스
오태양|경주시|두 번 전화했으나 받지 않음|황남빵""",
    ),
    "chinese-simplified": (
        "姓名|城市|备注",
        "编号|品名|数量|价格",
        """王小明|北京市|请在晚上六点以后打电话|茉莉花茶
李秀英|上海市|包裹由邻居代收|五香豆腐干
张伟|广州市|在门店用现金付款|叉烧酱
刘洋|深圳市|十月起地址变更|腊肠
陈静|成都市|运输途中纸箱损坏|郫县豆瓣酱
杨磊|武汉市|老顾客享受优惠|热干面
赵丽颖|西安市|第二次订单已经取消|凉皮调料
黄志强|杭州市|邮政编码填写错误|龙井茶叶
周敏|南京市|下次送货安排在星期二|盐水鸭
吴建国|重庆市|请放在后门|火锅底料
徐娜|苏州市|正在等待更正后的发票|碧螺春
孙涛|哈尔滨市|打了两次电话都没有人接|红肠""",
    ),
    "chinese-traditional": (
        "姓名|城市|備註",
        "編號|品名|數量|價格",
        """陳怡君|臺北市|請在晚上六點以後打電話|高山烏龍茶
林志明|高雄市|包裹由鄰居代為簽收|鳳梨酥禮盒
黃淑芬|臺中市|在門市以現金付款|太陽餅
張家豪|臺南市|十月起地址將會變更|虱目魚丸
李雅婷|新竹市|運送途中紙箱受損|貢丸與米粉
王俊傑|桃園市|老顧客享有優惠價格|花生糖
吳美玲|嘉義市|第二筆訂單已經取消|方塊酥
劉建宏|基隆市|郵遞區號填寫錯誤|豆簽羹
蔡佩珊|花蓮縣|下次送貨安排在星期二|麻糬
楊宗翰|屏東縣|請放置於後門旁邊|黑鮪魚罐頭
許惠雯|宜蘭縣|正在等候更正後的發票|牛舌餅
鄭凱文|澎湖縣|撥了兩次電話都無人接聽|鹹餅與黑糖糕""",
    ),
}


def contacts(language: str) -> Table:
    """A list of people: a number, their name, their place, a date and a remark."""
    names, _, lines = LANGUAGES[language]
    name, place, remark = names.split("|")
    rows = []
    for number, line in enumerate(lines.splitlines(), 1):
        person, town, note, _ = line.split("|")
        rows.append([str(1_000 + number), person, town, f"2024-{number:02}-{28 - number:02}", note])
    return Table(f"{language}-contacts", ["ID", name, place, "Date", remark], rows)


def goods(language: str) -> Table:
    """A list of goods: a code, a name, an amount and a price."""
    _, names, lines = LANGUAGES[language]
    rows = []
    for number, line in enumerate(lines.splitlines(), 1):
        good = line.split("|")[3]
        rows.append([f"W{number * 7:03}", good, str(number * 13 % 50 + 1), f"{number * 3}.{number * 17 % 100:02}"])
    return Table(f"{language}-goods", names.split("|"), rows)


def notes(language: str) -> Table:
    """Remarks of two lines each, with a person and a score."""
    names, _, lines = LANGUAGES[language]
    person, place, remark = names.split("|")
    rows = []
    for number, line in enumerate(lines.splitlines(), 1):
        who, town, note, good = line.split("|")
        rows.append([who, f"{note}\n{good}, {town}", str(number % 10)])
    return Table(f"{language}-notes", [person, remark, "n"], rows)
