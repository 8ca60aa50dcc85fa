/// The filters of the leaderboard: a form that is visible only if scripts run, and its effect on the table.
enum LeaderboardScript {
  /// The form, hidden until the script shows it.
  static let form = """
    <form class="filters" id="filters" hidden>
    <label>Protocol <select id="protocol"></select></label>
    <label>Family <select id="family"></select></label>
    <label>Data set <select id="dataset"></select></label>
    <label>Metric <select id="metric"></select></label>
    <label>Seconds a fold <select id="cost"></select></label>
    <output id="shown" aria-live="polite"></output>
    </form>
    """

  /// The script that fills the form from the figures in the page and shows the selected rows and figures, best first.
  static let script = """
    (function(){
    var table=document.getElementById('leaderboard'),data=JSON.parse(document.getElementById('figures').textContent);
    if(!table||!data)return;
    var body=table.tBodies[0],rows=Array.from(body.rows),headers=Array.from(table.tHead.rows[0].cells);
    function column(name){return headers.findIndex(function(header){return header.textContent===name})}
    function get(id){return document.getElementById(id)}
    function option(list,value,text){var item=document.createElement('option');item.value=value;\
    item.textContent=text;list.appendChild(item)}
    option(get('protocol'),'','all');
    data.protocols.forEach(function(name){option(get('protocol'),name,name)});
    option(get('family'),'','all');
    data.families.forEach(function(name){option(get('family'),name,name)});
    [['','any'],['0.1','at most 0.1'],['1','at most 1'],['10','at most 10'],['60','at most 60']].forEach(\
    function(pair){option(get('cost'),pair[0],pair[1])});
    data.titles.forEach(function(pair){option(get('dataset'),pair[0],pair[1])});
    data.metrics.forEach(function(name,index){option(get('metric'),index,name)});
    var places={rank:column('rank'),won:column('sets won'),rate:column('win rate'),gap:column('improvability'),seconds:column('seconds'),sets:column('data sets'),\
    figures:data.metrics.map(column)};
    function update(){
    var wanted=get('protocol').value,dataset=get('dataset').value,metric=+get('metric').value,count=0;
    var family=get('family').value,cost=get('cost').value;
    rows.forEach(function(row,index){
    var entry=data.rows[index],shown=entry.shown[dataset];
    row.hidden=!shown||(wanted!==''&&entry.protocol!==wanted)||(family!==''&&entry.family!==family)\
    ||(cost!==''&&!(parseFloat(shown.seconds)<=+cost));
    if(row.hidden)return;
    count++;
    function put(place,text){row.cells[place].textContent=text}
    put(places.rank,shown.rank[metric]);put(places.won,shown.won[metric]);put(places.seconds,shown.seconds);
    put(places.sets,shown.sets);put(places.rate,shown.rate?shown.rate[metric]:'\\u2013');put(places.gap,shown.gap[metric]);
    shown.figures.forEach(function(text,number){put(places.figures[number],text)})});
    function rank(row){var number=parseFloat(row.cells[places.rank].textContent);return isNaN(number)?Infinity:number}
    var order=rows.map(function(row,index){return {row:row,index:index,\
    group:wanted===''?data.protocols.indexOf(data.rows[index].protocol):0}});
    order.sort(function(a,b){var x=rank(a.row),y=rank(b.row);\
    return a.group-b.group||(x===y?a.index-b.index:x-y)});
    headers.forEach(function(header){header.removeAttribute('aria-sort')});
    order.forEach(function(item,place){item.row.dataset.place=place;body.appendChild(item.row)});
    table.caption.textContent='Leaderboard: '+get('dataset').selectedOptions[0].textContent;
    get('shown').textContent=count+' rows'}
    ['protocol','family','dataset','metric','cost'].forEach(function(id){get(id).addEventListener('change',update)});
    get('filters').addEventListener('submit',function(event){event.preventDefault()});
    get('filters').hidden=false;
    get('protocol').value=data.protocols[0]||'';
    update()})();
    """
}
