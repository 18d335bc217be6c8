/**
 * The 60 pages of Canvas, as people keep them: numbers typed in many styles, two in one field,
 * one shared by two merchants, a page that is no merchant at all. Columns: key in the scripts,
 * name, contact, true numbers (E.164), Phone as typed, second phone as typed, mail address,
 * billing address, stage, city.
 */
import type { WorldMerchant } from '../world.ts'

const TABLE = `
larkspur   | Larkspur Floral Studio      | Nadia Brandt      | +16145550151               | (614) 555-0151                | | nadia@larkspurfloral.example   | | Active | Columbus, OH
ironbird   | Ironbird Fitness            | Darnell Pruitt    | +16145550152               | 614.555.0152                  | | darnell@ironbirdfit.example    | books@ironbirdfit.example | Funding | Columbus, OH
tamarind   | Tamarind Table              | Anjali Desai      | +16145550153               | +1 614 555 0153               | | anjali@tamarindtable.example   | | At risk | Columbus, OH
brightwash | Brightwash Laundromat       | Hal Jenkins       | +16145550154               | 6145550154                    | | hal.jenkins@brightwash.example | | At risk | Columbus, OH
foxglove   | Foxglove Books              | Miriam Adler      | +16145550155               | 1-614-555-0155                | | miriam@foxglovebooks.example   | | Proposal | Westerville, OH
cormorant  | Cormorant Seafood           | Pete Lindqvist    | +17405550121               | (740) 555-0121                | | pete@cormorantseafood.example  | | Active | Marietta, OH
elm        | Elm & Oak Furniture         | Ruth Castellano   | +17405550122               | 740-555-0122 ext. 4           | | Ruth@ElmAndOak.example         | | Active | Lancaster, OH
pelican    | Pelican Car Wash            | Marcus Boyd       | +19375550118               | 937 555 0118                  | | marcus@pelicanwash.example     | accounts@pelicanwash.example | Active | Dayton, OH
solano     | Taquería Solano             | Lupita Solano     | +19375550119               | (937)555-0119                 | | tacos@solano.example           | | Active | Dayton, OH
quarry     | Quarry Road Auto            | Dale Hutchins     | +19375550120               | 937.555.0120                  | | dale@quarryroadauto.example    | | Signed | Xenia, OH
kestrelc   | Kestrel Coffee              | Joanna Wirth      | +15135550161               | (513) 555-0161                | | joanna@kestrelcoffee.example   | | Active | Cincinnati, OH
kestrelr   | Kestrel Roasting Co.        | Joanna Wirth      | +15135550161               | 513-555-0161                  | | roastery@kestrelcoffee.example | joanna@kestrelcoffee.example | Active | Cincinnati, OH
mapleview  | Mapleview Dental            | Sheila Novak      | +15135550162 +15135550163  | 513.555.0162                  | (513) 555-0163 | frontdesk@mapleviewdental.example | dr.osei@mapleviewdental.example | Signed | Mason, OH
tworivers  | Two Rivers Marina           | Gil Sorensen      | +15135550164               | 513 555 0164                  | | gil@tworiversmarina.example    | | Active | New Richmond, OH
peppercorn | Peppercorn Deli             | Sal Marchetti     | +15135550165               | +15135550165                  | | sal@peppercorndeli.example     | | At risk | Cincinnati, OH
sunny      | Sunnyside Daycare           | Keisha Lowell     | +12165550171               | (216) 555-0171                | | keisha@sunnysidedaycare.example | | Active | Cleveland, OH
halcyon    | Halcyon Day Spa             | Bianca Ferro      | +12165550172               | 216-555-0172                  | | hello@halcyondayspa.example    | | Active | Cleveland, OH
rusty      | Rusty Anchor Taproom        | Owen Tabor        | +12165550173               | 216.555.0173                  | | owen@rustyanchor.example       | | Active | Lakewood, OH
gearhart   | Gearhart Bicycle Works      | Tobias Gearhart   | +12165550174               | (216) 555 0174                | | tobias@gearhartbikes.example   | | Declined offer | Cleveland, OH
lotus      | Lotus Nails & Beauty        | Mai Tran          | +13305550181               | 330-555-0181                  | | mai@lotusnails.example         | | Signed | Akron, OH
hometown   | Hometown Hardware           | Earl Stubbs       | +13305550182               | 330 555 0182                  | | earl@hometownhardware.example  | | At risk | Wooster, OH
velvet     | Velvet Hour Jewelers        | Serafina Moss     | +13305550183               | (330) 555-0183                | | serafina@velvethour.example    | | Active | Canton, OH
bigbend    | Big Bend Roofing            | Cody Amundsen     | +13305550184               | 1 330 555 0184                | | office@bigbendroofing.example  | | Funded | Massillon, OH
dovetail   | Dovetail Cabinetry          | Ingrid Falk       | +13305550185               | 330-555-0185                  | | ingrid@dovetailcabinetry.example | | Active | Orrville, OH
patchwork  | Patchwork Quilts & Yarn     | Dot Hensley       | +14195550191               | (419) 555-0191                | | dot@patchworkquilts.example    | | Active | Findlay, OH
mainst     | Main Street Barbers         | Tyrell Gaines     | +14195550192               | 419-555-0192                  | | tyrell@mainstreetbarbers.example | | Active | Toledo, OH
cedarrun   | Cedar Run Veterinary        | Jess Maddox       | +14195550193               | (419) 555-0193                | | frontdesk@cedarrunvet.example  | p.whitcomb@cedarrunvet.example | Active | Perrysburg, OH
goldenrod  | Goldenrod Farm Market       | Anders Nyholm     | +14195550194               | 419.555.0194                  | | anders@goldenrodfarm.example   | | Active | Bowling Green, OH
skyline    | Skyline Towing & Recovery   | Rhonda Pike       | +14195550195 +14195550196  | 419 555 0195                  | 419-555-0196 (night desk) | rhonda@skylinetow.example | | Active | Toledo, OH
fogline    | Fogline Catering            | Teresa Quan       | +14155550134 +14155550177  | (415) 555-0134 / 415-555-0177 | | teresa@foglinecatering.example | | Underwriting | San Francisco, CA
bluejay    | Blue Jay Landscaping        | Héctor Ruiz       | +13045550131               | 304-555-0131                  | | hector@bluejayland.example     | | Funded | Wheeling, WV
pinecrest  | Pinecrest Motel             | Wanda Szabo       | +13045550132               | (304) 555-0132                | | stay@pinecrestmotel.example    | | Hardship | Parkersburg, WV
ridgetop   | Ridgetop Outfitters         | Kyle Brandvold    | +13045550133               | 304.555.0133                  | | kyle@ridgetopoutfitters.example | | Underwriting | Davis, WV
mercado    | Mercado La Palma            | Rosario Peña      | +16145550168               | tel. 614 555 0168             | | rosario@mercadolapalma.example | | Proposal | Columbus, OH
albion     | Albion Imports              | Giles Thornbury   | +442079460321              | +44 (0)20 7946 0321           | | giles@albionimports.example    | | Lead | London / Cincinnati
sweetbriar | Sweetbriar Bakery           | Colleen Duffy     | +14125550141               | (412) 555-0141                | | colleen@sweetbriarbakery.example | | Active | Pittsburgh, PA
forge      | Forge & Flame BBQ           | Ray Dunlap        | +14125550142               | 412-555-0142                  | | bigray@forgeandflame.example   | | Active | Pittsburgh, PA
orchid     | Orchid Alterations          | Soo-jin Park      | +14125550143               | 412 555 0143                  | | soojin@orchidalterations.example | | Active | Pittsburgh, PA
tenpin     | Tenpin Alley Lanes          | Frank Zielinski   | +14125550144               | 4125550144                    | | frank@tenpinalley.example      | | At risk | Bethel Park, PA
wildrose   | Wild Rose Boutique          | Camille Archer    | +14125550145               | (412) 555-0145                | | camille@wildroseboutique.example | | Active | Pittsburgh, PA
crossroads | Crossroads Fuel & Mart      | Imran Sheikh      | +13175550101               | 317-555-0101                  | | imran@crossroadsfuel.example   | | Active | Greenfield, IN
thistle    | Thistle & Thyme Catering    | Moira Keane       | +13175550102               | (317) 555-0102                | | moira@thistleandthyme.example  | | Active | Indianapolis, IN
lakeline   | Lakeline Boat Repair        | Vern Tuttle       | +13175550103               | 317.555.0103                  | | vern@lakelineboats.example     | | Change of owner | Cicero, IN
prairie    | Prairie Dog Grooming        | Lacey Combs       | +13175550104               | 317 555 0104                  | | lacey@prairiedoggrooming.example | | Active | Fishers, IN
copperpot  | Copper Pot Kitchenware      | Lionel Graves     | +13175550105               | 1 (317) 555-0105              | | lionel@copperpotkitchen.example | | Active | Indianapolis, IN
riverbend  | Riverbend Physical Therapy  | Samir Haddad      | +15025550111               | 502-555-0111                  | | dr.haddad@riverbendpt.example  | | Active | Louisville, KY
oldham     | Oldham Stave Cooperage      | Winnie Oldham     | +15025550112               | (502) 555-0112                | | winnie@oldhamstave.example     | | Active | Bardstown, KY
magpie     | Magpie Vintage              | Zoe Laurent       | +15025550113               | 502.555.0113                  | | zoe@magpievintage.example      | | Lead | Louisville, KY
tricounty  | Tri-County Plumbing         | Gene Wojcik       | +15025550114               | 502-555-0114                  | | gene@tricountyplumbing.example | | Paid off | Shelbyville, KY
saffron    | Saffron House               | Farid Nazari      | +15025550115               | (502) 555-0115                | | farid@saffronhouse.example     | | Active | Louisville, KY
aster      | Aster Optical               | Denise Yoon       | +18885550147               | 888-555-0147                  | | denise.yoon@asteroptical.example | ap@asteroptical.example | Proposal | Cleveland, OH
cornercure | Corner Cure Pharmacy        | Amit Bose         | +17405550123               | 740-555-0123                  | | amit@cornercure.example        | | Active | Athens, OH
bramble    | Bramble Hill Winery         | Lenore Pickett    | +17405550124               | 740 555 0124                  | | lenore@bramblehill.example     | club@bramblehill.example | Active | Zanesville, OH
stonegate  | Stonegate Storage           | Curtis Vance      | +17405550125               | (740) 555-0125                | | curtis@stonegatestorage.example | | Active | Chillicothe, OH
pawprint   | Pawprint Boarding           | Gwen Ashby        | +19375550126               | 937-555-0126                  | | gwen@pawprintboarding.example  | | Lead | Dayton, OH
delmar     | Del Mar Janitorial          | Xiomara Reyes     | +19375550127               | 937.555.0127                  | | xiomara@delmarjanitorial.example | | Underwriting | Springfield, OH
tinker     | Tinker's Toy Chest          | Augustus Bell     | +16145550158               | 614-555-0158                  | | mr.bell@tinkerstoychest.example | | Active | Granville, OH
inkwell    | Inkwell Print Shop          | Nora Sandoval     | +16145550159               | 614 555 0159                  | | nora@inkwellprint.example      | | Active | Newark, OH
cobalt     | Cobalt Vape & Glass         | Jared Finch       | +16145550160               | (614) 555-0160                | | jared@cobaltglass.example      | | Lead | Columbus, OH
dailynote  | Daily note: pipeline, calls to make | |               | | | | | |
`

interface Row {
  contact: string
  numbers: string[]
  page: WorldMerchant
}

const ROWS = new Map<string, Row>()
for (const line of TABLE.trim().split('\n')) {
  const [key = '', name = '', contact = '', numbers = '', phone = '', ...rest] = line
    .split('|')
    .map((cell) => cell.trim())
  const [secondPhone = '', email = '', billingEmail = '', stage = '', city = ''] = rest
  const page = { name, phone, secondPhone, email, billingEmail, stage, city }
  ROWS.set(key, { contact, numbers: numbers.split(/ +/).filter(Boolean), page })
}

export const merchants: WorldMerchant[] = [...ROWS.values()].map(({ page }) => page)

/** @param which 1 for the first number, 2 for the second */
export function merchantNumber(key: string, which: number): string {
  const number = row(key).numbers[which - 1]
  if (number === undefined) throw new Error(`Merchant ${key} has no number ${which}`)
  return number
}

export function merchantContact(key: string): { name: string; email: string; billing: string } {
  const { contact, page } = row(key)
  return { name: contact, email: page.email.toLowerCase(), billing: page.billingEmail }
}

function row(key: string): Row {
  const found = ROWS.get(key)
  if (found === undefined) throw new Error(`The sample has no merchant named ${key}`)
  return found
}
