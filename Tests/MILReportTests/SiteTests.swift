import Foundation
import MILExperiments
import MILRecords
import MILStatistics
import Testing

@testable import MILReport

@Suite("The site of all results")
struct SiteTests {
  private static let markup = "<script>alert(1)</script>&\"../../x"

  /// Returns trials of ten bags for each fold, with the given number of correct predictions.
  private static func records(_ dataset: String, _ model: String, right: Int, protocol: String = "clean")
    -> [TrialRecord]
  {
    (1...6).map { fold in
      var record = TrialRecord(
        experiment: "test", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: `protocol`,
        protocolSettings: #"{"folds":6}"#, repetition: 1, fold: fold, foldsHash: "f", status: .finished, seed: "1",
        version: "1", core: "Haswell")
      record.bags = (0..<10).map { $0 + 10 * fold }
      record.labels = (0..<10).map { $0 % 2 }
      // A different bag is wrong in each fold, so that folds differ.
      let count = min(10, right + (fold % 2))
      record.scores = (0..<10).map { bag -> Double in
        let isPositive = bag % 2 == 1
        let isCalledPositive = bag < count ? isPositive : !isPositive
        return Double(isCalledPositive ? 80 + bag : 10 + bag) / 100
      }
      record.correctByEpoch = [count]
      record.seconds = 0.25
      return record
    }
  }

  private static func study(
    _ name: String, title: String = "Test", datasets: [String], models: [(id: String, right: Int)],
    protocol: String = "clean", published: PublishedTable? = nil, figures: [ReportFigure] = [],
    domains: [String: String] = [:], verified: ([TrialRecord]) -> [TrialRecord] = { _ in [] }
  ) throws -> SiteStudy {
    var experiment = Experiment(
      name: name, title: title, datasets: datasets, models: models.map { ExperimentModel(id: $0.id) })
    (experiment.protocol, experiment.folds, experiment.repeats) = (`protocol`, 6, 1)
    let records = datasets.flatMap { dataset in
      models.flatMap { Self.records(dataset, $0.id, right: $0.right, protocol: `protocol`) }
    }
    let comparison = ComparisonTable(
      experiment: experiment, records: records, published: published, domains: domains)
    let list = VerifiedTrials(verified(records))
    let part = ReportPart("own") { _ in .init(figures: figures) }
    return SiteStudy(
      name: name, title: title, comparisons: comparison.byMetric.map(\.table),
      reports: [("own", try RunReport(ReportedRun(comparison, records), parts: .standard + [part]))],
      verified: list.trials.isEmpty ? [] : [list])
  }

  private static func studies() throws -> [SiteStudy] {
    let published = PublishedTable(
      paper: "Paper", citation: "Author 2018, \(markup)", metric: "bag accuracy", selection: "not known",
      rows: [
        PublishedFigure(model: "good", label: "Good", dataset: "musk1", mean: 0.9, source: "Table 1", verified: true)
      ])
    return [
      try study(
        "clean/classical", datasets: ["musk1", "fox", markup],
        models: [("good", 9), ("bad[layers=2]", 5), ("middle", 7), (markup, 6)], published: published,
        figures: [ReportFigure(name: "curve", svg: "<svg/>", caption: "\(markup). A curve.")]),
      try study(
        "other/\(markup)", title: markup, datasets: ["musk1"], models: [("middle", 6)], protocol: "as-published"),
    ]
  }

  @Test("Points of curves are on the page of their experiment alone")
  func points() throws {
    let whole = try Self.studies()
    func cells(_ name: String) throws -> Int {
      let curve = try Self.study("curve", datasets: ["musk1"], models: [("good", 9), ("low", 6)], protocol: name)
      return SiteCell.all(in: whole + [curve]).count - SiteCell.all(in: whole).count
    }
    #expect(try cells("clean") == 2 && cells("clean[labelNoise=0]") == 2)
    #expect(try cells("clean[labelNoise=0.2]") == 0 && cells("tuned[acquisition=uncertainty,trainingBags=20]") == 0)
  }

  private static func site(changed: Set<String>? = nil) throws -> Site {
    var notes = SiteNotes()
    notes.leading = ["musk1", "fox"]
    notes.models["good"] = .init(title: "Good model", summary: markup, citation: "Somebody 2020.")
    notes.datasets["musk1"] = .init(title: "Musk 1", family: "molecules", citation: markup)
    return Site(try studies(), notes: notes, changed: changed)
  }

  @Test("With one experiment changed only the pages that it has a part in are made, the same as among all")
  func changed() throws {
    let (whole, name) = (try Self.site(), "other/\(Self.markup)")
    let part = try Self.site(changed: [name])
    let paths = Set(part.pages.map(\.path))
    #expect(paths.isSuperset(of: ["index.html", "datasets/musk1.html", "models/good.html", "models/middle.html"]))
    #expect(whole.pages.filter { paths.contains($0.path) } == part.pages)
    let left = whole.pages.map(\.path).filter { !paths.contains($0) }
    #expect(left.contains("datasets/fox.html") && left.contains("experiments/clean-classical.html"))
    #expect(left.contains("experiments/clean-classical~statistics.html"))
    // Pages that are not made stay, in all their parts; pages that are made, or of unknown experiments, do not.
    #expect(left.allSatisfy(part.keeps) && !paths.contains(where: part.keeps))
    #expect(!part.keeps("experiments/gone.html") && !part.keeps("datasets/fox.txt") && !whole.pages.isEmpty)
    #expect(!whole.pages.map(\.path).contains(where: whole.keeps))
    let known = Site.paths(ofExperiments: try Self.studies().map(\.name))
    #expect(known["clean/classical"] == "experiments/clean-classical.html")
    #expect(known[name].map(paths.contains) == true)
  }

  private func page(_ path: String) throws -> String {
    try #require(try Self.site().pages.first { $0.path == path }?.html, "\(path)")
  }

  @Test("There is a page a data set, model and experiment, and the same reports give the same bytes")
  func paths() throws {
    let site = try Self.site()
    let paths = site.pages.map(\.path)
    #expect(paths.first == "index.html" && Set(paths).count == paths.count)
    for path in [
      "datasets/musk1.html", "datasets/fox.html", "models/good.html", "models/bad.html", "models/middle.html",
      "experiments/clean-classical.html", "experiments/clean-classical~statistics.html",
    ] { #expect(paths.contains(path), "\(path) of \(paths)") }
    #expect(try Self.site().pages == site.pages)
    for page in site.pages { #expect(page.html.hasPrefix(Site.beginning), "\(page.path)") }
  }

  @Test("Names are text, never markup or paths that lead elsewhere")
  func escaping() throws {
    for page in try Self.site().pages {
      #expect(!page.html.contains("<script>alert") && !page.html.contains("</script>&"), "\(page.path)")
      #expect(
        page.path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._~/".contains($0)) }, "\(page.path)")
      #expect(!page.path.contains("..") && page.path.split(separator: "/").count <= 2, "\(page.path)")
    }
    #expect(try page("index.html").contains("&lt;script&gt;alert"))
    #expect("é <b class=\"x\"> & &amp;\0".escapedForXML() == "é &lt;b class=&quot;x&quot;&gt; &amp; &amp;amp;␀")
    let names = SiteFileNames(["a/b", "a b", "A-b", "..", "", "a/b"])
    let files = ["a/b", "a b", "A-b", "..", ""].compactMap { names[$0] }
    #expect(Set(files.map { $0.lowercased() }).count == 5 && !files.contains("..") && !files.contains(""), "\(files)")
    #expect(names["unknown"] == nil)
  }

  @Test("Every link leads to a page or a place on one, and every image to a figure of the experiment")
  func links() throws {
    let site = try Self.site()
    let pages = Dictionary(site.pages.map { ($0.path, $0.html) }) { first, _ in first }
    var count = 0
    for page in site.pages {
      for match in page.html.matches(of: /href="([^"]*)"/) {
        let address = String(match.1)
        count += 1
        let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let base = URL(fileURLWithPath: "/site/\(page.path)")
        let path =
          parts[0].isEmpty ? page.path : String(try #require(URL(string: parts[0], relativeTo: base)).path.dropFirst(6))
        let target = try #require(pages[path], "\(page.path): \(address)")
        if parts.count > 1 { #expect(target.contains("id=\"\(parts[1])\""), "\(page.path): \(address)") }
      }
    }
    #expect(count > 50)
    let experiment = try page("experiments/clean-classical.html")
    #expect(experiment.contains("src=\"../clean/classical/figures/curve.svg\" alt=\"Figure: &lt;script"))
    #expect(!experiment.contains("<svg"))
  }

  @Test("Tables have captions and headers with a scope, and pages a way past what comes before the content")
  func accessibility() throws {
    for page in try Self.site().pages {
      #expect(page.html.matches(of: /<th[ >]/).count == page.html.matches(of: /<th [^>]*scope="/).count, "\(page.path)")
      #expect(page.html.matches(of: /<table/).count == page.html.matches(of: /<caption>/).count, "\(page.path)")
      #expect(page.html.contains("href=\"#content\"") && page.html.contains("<main id=\"content\">"), "\(page.path)")
      #expect(page.html.matches(of: /<h1>/).count == 1 && !page.html.contains("http://"), "\(page.path)")
      #expect(
        page.html.matches(of: #/<img /#).count == page.html.matches(of: /<img [^>]*alt="[^"]/).count, "\(page.path)")
    }
    #expect(try page("datasets/musk1.html").contains("scope=\"row\"><a href=\"../models/good.html\">"))
  }

  @Test("The first page says who won, which model to try first, and what filters need")
  func leaderboard() throws {
    let contents = SiteContents(try Self.studies(), SiteNotes())
    let board = Leaderboard(contents)
    let clean = board.rows.filter { $0.cell.protocol == "clean" }
    #expect(clean.map(\.label) == ["Good", "middle", Self.markup, "bad[layers=2]"])
    #expect(clean.map { $0.ranks.first } == [1, 2, 3, 4] && clean.map { $0.wins.first } == [3, 0, 0, 0])
    #expect(clean.map(\.cell.kind) == ["default", "default", clean[2].cell.kind, "variant"])
    #expect(board.rows.last?.cell.protocol == "as-published" && board.rows.last?.cell.kind == "as published")
    #expect(board.rows.last?.sets == 1 && board.rows.last?.allSets == 1)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(board.json().utf8)) as? [String: Any])
    #expect((json["rows"] as? [Any])?.count == board.rows.count && (json["protocols"] as? [String])?.first == "clean")
    let index = try page("index.html")
    #expect(index.contains("To try first: Good (mean rank 1.00") && index.contains("Good .950"))
    #expect(index.contains("id=\"leaderboard\"") && index.contains("<form class=\"filters\" id=\"filters\" hidden>"))
  }

  @Test("The leaderboard has filters by family and cost, and a figure of time and quality with its front")
  func familiesAndCosts() throws {
    var notes = SiteNotes()
    notes.models["good"] = .init(title: "Good", summary: "", citation: "", family: "support vectors")
    let board = Leaderboard(SiteContents(try Self.studies(), notes))
    let clean = board.rows.filter { $0.cell.protocol == "clean" }
    #expect(clean.map(\.family) == ["support vectors", "other", "other", "other"])
    #expect(clean.map(\.seconds) == [0.25, 0.25, 0.25, 0.25])
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(board.json().utf8)) as? [String: Any])
    #expect(json["families"] as? [String] == ["other", "support vectors"])
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.map { $0["family"] as? String } == board.rows.map(\.family))
    let index = try page("index.html")
    for id in ["protocol", "family", "dataset", "metric", "cost"] {
      #expect(index.contains("<select id=\"\(id)\">") && index.contains("'\(id)'"), "\(id)")
    }
    let site = try Self.site()
    let figure = try #require(site.figure)
    #expect(Site.figurePath == "\(figure.name).svg")
    let again = try Self.site().figure
    #expect(figure == again)
    #expect(
      index.contains(
        "src=\"leaderboard.svg\" alt=\"Figure: Time and quality of 4 models under the protocol clean. The front, fastest "
          + "first: Good (accuracy .950, 0.25 s)\""))
    #expect(try DrawnTexts(figure.svg).elements.count { $0 == "circle" } == 4)
    #expect(SiteCell.median([3, 1, 2]) == 2 && SiteCell.median([1, 2]) == 1.5 && SiteCell.median([]) == nil)
  }

  @Test("A paper has a page with its figures, ours and verdicts, to which other pages link")
  func papers() throws {
    let page = try page("papers/paper.html")
    #expect(page.contains("<h1>Paper</h1>") && page.contains("Author 2018, &lt;script"))
    #expect(page.contains("Of 1 published figure in these tables: "))
    for text in [
      ">published</th>", ">ours</th>", ">verdict</th>", "href=\"../models/good.html\"", "musk1.html", ".900",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(page.contains("<th class=\"r\" scope=\"col\"") || page.contains("scope=\"col\""))
    for path in ["index.html", "models/good.html", "datasets/musk1.html"] {
      #expect(try self.page(path).contains("papers/paper.html"), "\(path)")
    }
    // Data sets and models without figures in it do not link to it, and the first page counts the verdicts.
    #expect(
      try !self.page("datasets/fox.html").contains("papers/") && !self.page("models/middle.html").contains("papers/"))
    #expect(try self.page("index.html").contains("id=\"papers\""))
  }

  @Test("Papers that differ in capitals alone are one, a figure without ours says why")
  func joinedPapers() throws {
    func published(_ title: String) -> PublishedTable {
      PublishedTable(
        paper: title, citation: "Author 2018", metric: "bag accuracy", selection: "not known", notAtHand: ["gone"],
        rows: ["good", "gone", "other"].map {
          PublishedFigure(model: $0, label: $0, dataset: "musk1", mean: 0.9, source: "Table 1", verified: false)
        })
    }
    let studies = try ["a/one", "b/two"].enumerated().map { index, name in
      try Self.study(
        name, datasets: ["musk1"], models: [("good", 9), ("bad", 5)],
        published: published(index == 0 ? "A Paper" : "A paper"))
    }
    let papers = SitePaper.all(in: studies)
    #expect(papers.map(\.title) == ["A Paper"] && papers[0].parts.map(\.study) == ["a/one", "b/two"])
    #expect(papers[0].rows.count == 6 && papers[0].withoutVerdict == 4 && papers[0].citations == ["Author 2018"])
    #expect(papers[0].rows.prefix(3).dropFirst().map(\.words) == ["not at hand", "not run"])
    let html = try #require(Site(studies).pages.first { $0.path == "papers/a-paper.html" }?.html)
    #expect(
      html.contains(".900†") && html.contains("recalled from memory") && html.contains("4 have no figure of ours"))
  }

  @Test("The leaderboard has win rates and improvability, also over the data sets of a domain")
  func domains() throws {
    let study = try Self.study(
      "clean/classical", datasets: ["musk1", "musk2", "fox"], models: [("good", 9), ("middle", 7), ("bad", 5)],
      domains: ["musk1": "molecules", "musk2": "molecules", "fox": "images"])
    let board = Leaderboard(SiteContents([study], SiteNotes()))
    #expect(board.rows.map(\.label) == ["good", "middle", "bad"])
    #expect(board.rows.map { $0.overall.rates.first??.text } == ["100/100", "50/50", "0/0"])
    #expect(board.rows.map { Leaderboard.percent($0.overall.gaps.first ?? nil) } == ["0", "80", "89"])
    let json = try #require(try JSONSerialization.jsonObject(with: Data(board.json().utf8)) as? [String: Any])
    let titles = try #require(json["titles"] as? [[String]])
    #expect(titles.contains { $0[1] == "molecules, means" } && titles.contains { $0[1] == "images, means" })
    let rows = try #require(json["rows"] as? [[String: Any]])
    let shown = try #require(rows[0]["shown"] as? [String: [String: Any]])
    let molecules = try #require(shown[LeaderboardData.key(of: "molecules")])
    #expect(molecules["sets"] as? String == "2 of 2" && (molecules["rate"] as? [String])?.first == "100/100")
    #expect(shown["musk1"]?["rate"] == nil && (shown["musk1"]?["gap"] as? [String])?.first == "0")
    let index = try #require(Site([study]).pages.first?.html)
    #expect(index.contains(">win rate</th>") && index.contains(">improvability</th>"))
  }

  @Test("Trials that were run again with the same bits are counted, as long as the journal has them unchanged")
  func verified() throws {
    func study(_ verified: @escaping ([TrialRecord]) -> [TrialRecord]) throws -> SiteStudy {
      try Self.study("a/one", datasets: ["musk1"], models: [("good", 9), ("bad", 5)], verified: verified)
    }
    func page(_ study: SiteStudy) throws -> String {
      try #require(Site([study]).pages.first { $0.path == "datasets/musk1.html" }?.html)
    }
    let some = try page(try study { records in Array(records.filter { $0.model == "good" }.prefix(2)) })
    #expect(some.contains(">same bits</th>") && some.contains(">2 of 6</td>"))
    #expect(try !page(try study { _ in [] }).contains("same bits"))
    let changed = try page(
      try study { records in
        records.map { record in
          var record = record
          record.scores[0] += 0.001
          return record
        }
      })
    #expect(!changed.contains("same bits"))
  }

  @Test("Default, tuned and ensembled parts of a model are side by side, and what was not run is named")
  func kinds() throws {
    let studies = [
      try Self.study("clean/one", datasets: ["musk1", "fox"], models: [("good", 8), ("bad", 5)]),
      try Self.study("tuned/one", datasets: ["musk1"], models: [("good", 9)], protocol: "tuned"),
    ]
    let table = try #require(KindsTable(SiteContents(studies, SiteNotes())).table).table
    #expect(table.rows.map(\.cells) == [["good", ".850", ".950", "not run", "1"]])
    #expect(table.notes[1].contains("Of 2 models 2 have a default part, 1 a tuned one and 0 an ensembled one; 1 with"))
    #expect(KindsTable(SiteContents([studies[0]], SiteNotes())).table == nil)
    let ensembled = try Self.study(
      "tuned/two", datasets: ["musk1"], models: [("good[members=5]", 9)], protocol: "tuned")
    let all = SiteContents(studies + [ensembled], SiteNotes())
    #expect(try #require(KindsTable(all).table).table.rows.map(\.cells) == [["good", ".850", ".950", ".950", "1"]])
    #expect(all.cells.last?.kind == "tuned, ensembled" && all.cells.first?.kind == "default")
    // An experiment with all three parts searches over the values in its ids.
    let three = try Self.study(
      "clean/tuned", datasets: ["musk1"], models: [("good", 8), ("good[c=1/2]", 9), ("good[c=1/2,members=5]", 7)])
    #expect(
      try #require(KindsTable(SiteContents([three], SiteNotes())).table).table.rows.map(\.cells)
        == [["good", ".850", ".950", ".750", "1"]])
    let search = try Self.study("clean/two", datasets: ["musk1"], models: [("good[c=1/2]", 9)])
    #expect(KindsTable(SiteContents([studies[0], search], SiteNotes())).table == nil)
  }

  @Test("A data set's page says whether the first is significantly better than the next")
  func verdict() throws {
    let page = try page("datasets/musk1.html")
    #expect(
      page.contains("Good comes first of 4, with accuracy .950. Next is middle, with .750; the difference of .200 is"))
    #expect(page.contains("corrected resampled t-test on 6 shared folds"))
    let model = try self.page("models/good.html")
    #expect(
      model.contains("first on Musk 1 (clean)") && model.contains("Author 2018, &lt;script")
        && model.contains("Somebody"))
  }

  @Test("Tables too large for a page go on in another one, with links between the two")
  func sizes() throws {
    let models = (1...40).map { (id: "model-\($0)", right: $0 % 9 + 1) }
    let study = try Self.study("large/one", datasets: ["musk1"], models: models)
    var table = ReportTable(title: "Large", columns: [.init("model"), .init("text")])
    for index in 0..<9000 { table.append(ReportTable.Row(["row \(index)", String(repeating: "x", count: 120)])) }
    let large = SiteStudy(
      name: study.name, title: study.title, comparisons: [table],
      reports: [("own", try RunReport(study.runs[0].run, parts: .standard))])
    let pages = Site([large]).pages
    for page in pages { #expect(page.html.utf8.count < 500_000, "\(page.path): \(page.html.utf8.count)") }
    let parts = pages.filter { $0.path.hasPrefix("experiments/large-one") && !$0.path.contains("statistics") }
    #expect(parts.count > 2 && parts[0].html.contains("large-one~2.html") && parts[1].html.contains("large-one.html"))
    #expect(parts.reduce(0) { $0 + $1.html.matches(of: #/>row \d+</#).count } == 9000)
  }

  @Test("A site of nothing is a first page alone")
  func empty() {
    #expect(Site([]).pages.map(\.path) == ["index.html"])
    #expect(Site([]).figure == nil)
  }
}
