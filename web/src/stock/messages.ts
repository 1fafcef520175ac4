import { texts } from "../i18n/texts";

export const t = texts(
  {
    picks: "To pick", expected: "Expected", stock: "Stock", print: "Print", late: "Late", visit: "Visit", part: "Part",
    quantity: "Quantity", from: "From", arrival: "Arrival", engineer: "Engineer", due: "Due", on_hand: "On hand",
    reserved: "Reserved", free: "Free", location: "Location", all_locations: "All locations", search: "Part number or name",
    csv: "CSV", more: "More", receive: "Receive parts", sku: "Part number", serials: "Serial numbers",
    serials_hint: "One for each unit, for parts that have them.", save: "Receive", received: "{quantity} × {sku} received.",
    no_picks: "Nothing is to be picked.", no_picks_hint: "Parts for the visits of today and tomorrow appear here.",
    no_expected: "No part is on its way.", no_stock: "No part fits.", no_stock_hint: "Change the search or the location.",
    held: "Held", shipped: "Shipped", ready: "Ready", state: "State",
  },
  {
    picks: "待拣货", expected: "待到货", stock: "库存", print: "打印", late: "已延误", visit: "上门", part: "配件",
    quantity: "数量", from: "来源", arrival: "到达时间", engineer: "工程师", due: "预计到货", on_hand: "现有",
    reserved: "已预留", free: "可用", location: "库位", all_locations: "全部库位", search: "配件编号或名称",
    csv: "CSV", more: "更多", receive: "配件入库", sku: "配件编号", serials: "序列号",
    serials_hint: "有序列号的配件，每件填写一个。", save: "入库", received: "已入库 {quantity} × {sku}。",
    no_picks: "没有待拣的配件。", no_picks_hint: "今天和明天上门所需的配件会显示在这里。",
    no_expected: "没有在途配件。", no_stock: "没有符合条件的配件。", no_stock_hint: "请更改搜索内容或库位。",
    held: "已预留", shipped: "已发货", ready: "已备好", state: "状态",
  },
);
