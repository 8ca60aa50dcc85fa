import MILExperiments
import MILRecords
import MILStatistics
import Testing

@testable import MILReport

@Suite("Comparison with published figures")
struct ComparisonTests {
  /// Returns a record of ten test bags, of which `correct.last` are predicted correctly after the last epoch.
  private func record(
    _ dataset: String, _ model: String, repetition: Int, fold: Int, correct: [Int], status: TrialStatus = .finished,
    protocol: String = "as-published"
  ) -> TrialRecord {
    var record = TrialRecord(
      experiment: "test", dataset: dataset, dataHash: "d", model: model, configuration: "{}", protocol: `protocol`,
      protocolSettings: "{}", repetition: repetition, fold: fold, foldsHash: "f", status: status, seed: "1",
      version: "1", core: "Haswell")
    guard status == .finished else { return record }
    record.bags = (0..<10).map { $0 + 10 * fold }
    record.labels = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    record.scores = [0.9, 0.8, 0.7, 0.6, 0.2, 0.6, 0.1, 0.1, 0.1, 0.1]
    record.correctByEpoch = correct
    record.seconds = 0.5
    record.steps = 100
    record.parameters = 7
    return record
  }

  private var experiment: Experiment {
    var experiment = Experiment(
      name: "test", title: "Test",
      datasets: ["musk1", "fox"],
      models: [
        ExperimentModel(id: "constant"), ExperimentModel(id: "attention"),
        ExperimentModel(id: "dp-minn", protocol: "clean", label: "Ours"),
      ])
    experiment.protocol = "as-published"
    experiment.folds = 2
    experiment.repeats = 2
    experiment.notes = ["A remark."]
    return experiment
  }

  private var published: PublishedTable {
    PublishedTable(
      paper: "Paper", citation: "Author 2018", metric: "bag accuracy", selection: "not known",
      titles: ["musk1": "MUSK1", "fox": "FOX"],
      rows: [
        PublishedFigure(
          model: "attention", label: "Attention", dataset: "musk1", mean: 0.892, spread: 0.04,
          spreadKind: .standardError,
          alsoPrinted: PrintedSpread(spread: 0.09, spreadKind: .foldDeviation, source: "Other table"),
          source: "Table 1", verified: true, selection: "last epoch"),
        PublishedFigure(
          model: "mi-svm", label: "mi-SVM", dataset: "musk1", mean: 0.874, source: "Memory", verified: false,
          note: "linear kernel"),
      ])
  }

  private var replications: PublishedTable {
    PublishedTable(
      paper: "Re-runs", citation: "each row", metric: "bag accuracy", selection: "each row",
      rows: [
        PublishedFigure(
          model: "attention", label: "A", dataset: "musk1", mean: 0.7929, source: "S", verified: true, by: "Early 2022",
          selection: "validation"),
        PublishedFigure(
          model: "attention", label: "B", dataset: "musk1", mean: 0.891, source: "S", verified: false, by: "Krause 2024"
        ),
      ])
  }

  private var records: [TrialRecord] {
    [
      record("musk1", "attention", repetition: 1, fold: 1, correct: [7, 9, 8]),
      record("musk1", "attention", repetition: 1, fold: 2, correct: [9, 8, 8]),
      record("musk1", "attention", repetition: 2, fold: 1, correct: [6, 9, 9]),
      record("musk1", "attention", repetition: 2, fold: 2, correct: [], status: .diverged),
      record("musk1", "constant", repetition: 1, fold: 1, correct: [], status: .failed),
      record("fox", "mine", repetition: 1, fold: 1, correct: [5]),
    ]
  }

  private var comparison: ComparisonTable {
    ComparisonTable(
      experiment: experiment, records: records, published: published, replications: replications,
      displayNames: ["constant": "Constant"])
  }

  private func cells(_ label: String, in table: ReportTable, dataset: String = "MUSK1") throws -> [String] {
    try #require(table.rows.first { $0.cells[0] == dataset && $0.cells[1] == label }?.cells)
  }

  @Test("Rows follow the experiment, then the journal, then the paper")
  func order() {
    #expect(
      comparison.rows.map { "\($0.datasetTitle) \($0.label)" } == [
        "MUSK1 Constant", "MUSK1 Attention", "MUSK1 Ours", "MUSK1 mi-SVM", "FOX Constant", "FOX Attention", "FOX Ours",
        "FOX mine",
      ])
    #expect(comparison.table.rows.map(\.beginsSection) == [true, false, false, false, true, false, false, false])
  }

  @Test("A cell with trials shows paper, ours, oracle, difference, others and what diverged")
  func fullRow() throws {
    // Folds .8 .8 .9: mean .833, SD .058; the repeats' means .8 and .9 have SD .071. On 20 bags, the binomial error is
    // .083; over two folds, the corrected one is .058 sqrt(1/3 + 1) = .067. The oracle is .9 for each; epoch 2 has .9
    // .8 .9 = .867. 23.5 of the 25 pairs of a positive and a negative bag are in order. The paper's .892 on 20 bags has
    // the standard error .0694.
    #expect(
      try cells("Attention", in: comparison.table) == [
        "MUSK1", "Attention", ".892 ± .040 s, .090 f", ".833", ".058", ".071", ".083", ".067", ".900", ".867 (epoch 2)",
        ".940",
        "−.059", "−0.8", "cannot tell", "yes", ".793 a, .891† b", "3 of 4, 1 of 4 diverged",
      ])
  }

  @Test("Cells without a figure say why")
  func wordsForNothing() throws {
    let table = comparison.table
    let ours = Array(repeating: "not run", count: 8)
    let noData = Array(repeating: "no data", count: 8)
    #expect(
      try cells("Constant", in: table)
        == ["MUSK1", "Constant", "not published"] + noData
        + Array(repeating: "not published", count: 5) + ["0 of 4, 1 of 4 failed, 3 of 4 not run"])
    #expect(
      try cells("mi-SVM", in: table)
        == ["MUSK1", "mi-SVM", ".874†"] + ours
        + ["not run", "not run", "not run", "not run", "not published", "not run"])
    #expect(
      try cells("Ours", in: table) == ["MUSK1", "Ours", "not published"] + ours
        + Array(repeating: "not published", count: 5) + ["not run"])
    #expect(!table.rows.contains { $0.cells.contains("") })
  }

  @Test("Cells of a data set that cannot be had say no data, and a note says where to get it")
  func unavailable() throws {
    let table = ComparisonTable(
      experiment: experiment, records: records, published: published, replications: replications,
      unavailable: ["fox": "it can be had from somewhere", "musk1": "never needed where there are trials"]
    )
    let row = try cells("Attention", in: table.table, dataset: "FOX")
    #expect(row[3...10].allSatisfy { $0 == "no data" } && row.last == "no data")
    #expect(try cells("Attention", in: table.table)[3] == ".833")
    #expect(table.table.notes.contains("No data for FOX: it can be had from somewhere."))
  }

  @Test("A figure that was published but could not be read is not at hand")
  func notAtHand() throws {
    var published = published
    published.notAtHand = ["dp-minn"]
    let table = ComparisonTable(experiment: experiment, records: [], published: published).table
    let row = try cells("Ours", in: table)
    #expect(row[2] == "not at hand" && row[11] == "not at hand")
    #expect(try cells("Attention", in: table)[2].hasPrefix(".892"))
  }

  @Test("One trial has an accuracy and no spreads, and without epochs no oracle")
  func oneTrial() throws {
    #expect(
      try cells("mine", in: comparison.table, dataset: "FOX")[3...8] == [
        ".500", "no data", "no data", ".158", "no data", "–",
      ])
  }

  @Test("Notes name the sources, the selection rules, the kinds of spread and the figures from memory")
  func notes() {
    #expect(
      comparison.table.notes == [
        "Paper: Paper. Author 2018. Figures: bag accuracy.",
        "Selection rule of the paper: not known.",
        "Selection rule of Attention: last epoch.",
        "Kinds of printed spread: f standard deviation over folds; s standard error of the mean.",
        "† recalled from memory and not checked against the source.",
        "Source of Attention: Table 1.",
        "Source of mi-SVM: Memory.",
        "Source of the second spread of Attention: Other table.",
        "mi-SVM on MUSK1: linear kernel.",
        "Ours: 1 to 2 times 2-fold cross-validation, protocol as-published, mean of the fold accuracies after the last "
          + "epoch. SD folds: sample standard deviation over all folds; SD repeats: over the repetitions' means. Standard "
          + "errors of the mean: binomial SE, sqrt(p (1 - p) / bags), what other bags would change; corrected SE, SD folds "
          + "times sqrt(1/folds + test/training) over all folds of all repetitions, as Nadeau and Bengio (2003) correct it for "
          + "folds that share training bags.",
        "Oracle epoch: the best epoch of each fold, and the one epoch best for all, chosen on the test bags "
          + "themselves; what such a choice would have printed, not an estimate of accuracy; – for models without epochs. "
          + "AUC: mean over the folds whose test bags have both classes; no fold is left out; last epoch.",
        "Trials that diverged or failed are counted and left out of the averages.",
        "Ours minus paper: ours after the last epoch; also in binomial standard errors of the paper's mean on the set's bags.",
        PaperVerdict.rule,
        // (12.7062 + 1.3764) * .0707107, with t quantiles of one degree of freedom.
        "Power: re-running as here shows a true difference of .996 with a probability of 80 % (median of 1 verdicts, .996 "
          + "to .996). Smaller differences mostly end in \"cannot tell\".",
        "Others, a: Early 2022: validation.",
        "Others, b: Krause 2024.",
        "A remark.",
      ])
  }

  @Test("Data sets whose test bags have no value of the table's metric are named, and other targets are not among them")
  func otherTargets() {
    var own = experiment
    (own.datasets, own.models, own.protocol) = (
      ["musk1", "sizes", "late"], [ExperimentModel(id: "attention")], "clean"
    )
    let records = own.datasets.flatMap { dataset in
      (1...2).map { fold in
        var record = record(dataset, "attention", repetition: 1, fold: fold, correct: [8], protocol: "clean")
        let times = record.bags.map(Double.init)
        if dataset == "sizes" { record.targets = .numbers(times) }
        // No order of two bags is known without an event.
        if dataset == "late" { record.targets = .survival(times: times, events: times.map { _ in false }) }
        return record
      }
    }
    let parts = ComparisonTable(experiment: own, records: records).byMetric
    let notes = parts.map { part in part.table.notes.filter { $0.hasPrefix("No ") } }
    let late = "No C-index on late: it is not defined for their targets or test bags."
    #expect(notes == [[], [], [late]], "\(notes)")
  }

  @Test("The table for programs has full precision and empty cells")
  func numbers() throws {
    let table = comparison.numbers
    let row = try #require(table.rows.first { $0.cells[1] == "attention" }?.cells)
    func value(_ header: String) throws -> String {
      row[try #require(table.columns.firstIndex { $0.header == header })]
    }
    #expect(try value("dataset") == "musk1")
    #expect(try value("paperMean") == "0.892")
    #expect(try value("paperSecondSpreadKind") == "sd-folds")
    #expect(try Double(value("accuracy")).map { abs($0 - 2.5 / 3) < 1e-15 } == true)
    #expect(try Double(value("differenceInStandardErrors")).map { abs($0 + 0.845302) < 1e-6 } == true)
    #expect(
      try value("verdict") == "cannot tell" && value("withinSamplingError") == "true" && value("oracleOnly") == "false")
    #expect(try value("oracleCommonEpoch") == "2")
    #expect(try value("replications") == "Early 2022=0.7929; Krause 2024=0.891")
    #expect(try value("logLoss") == "")
    #expect(try (value("trials"), value("finished"), value("diverged"), value("failed")) == ("4", "3", "1", "0"))
  }

  @Test("A published metric other than accuracy is not set against our accuracy")
  func otherMetric() throws {
    var areas = published
    areas.metric = "AUC"
    let table = ComparisonTable(experiment: experiment, records: records, published: areas)
    #expect(try cells("Attention", in: table.table)[11...14].allSatisfy { $0 == "not comparable" })
    #expect(!table.table.notes.contains { $0.hasPrefix("Ours minus paper") })
    #expect(!table.numbers.rows.contains { $0.cells.contains { $0.hasPrefix("-0.8") } })
  }

  @Test("An experiment without a paper has our columns, and a model under another protocol says so")
  func withoutPaper() throws {
    var mine = experiment
    mine.models = [ExperimentModel(id: "attention"), ExperimentModel(id: "attention", protocol: "clean")]
    mine.repeats = 1
    let table = ComparisonTable(experiment: mine, records: records.filter { $0.repetition == 1 }).table
    #expect(table.rows.map { $0.cells[1] }.prefix(3) == ["attention", "attention, clean", "constant"])
    #expect(table.notes.first?.hasPrefix("Ours: one 2-fold cross-validation") == true)
  }

  @Test("A cell lacks what the most repeated cell of its run has, whatever the number of repetitions in the file")
  func missingRepetitions() throws {
    var mine = experiment
    mine.repeats = 1
    let half = [
      record("musk1", "attention", repetition: 1, fold: 1, correct: [7]),
      record("musk1", "attention", repetition: 2, fold: 2, correct: [7]),
      record("musk1", "constant", repetition: 1, fold: 1, correct: [5]),
      record("musk1", "constant", repetition: 1, fold: 2, correct: [5]),
    ]
    let table = ComparisonTable(experiment: mine, records: half).table
    #expect(try cells("attention", in: table, dataset: "musk1").last == "2 of 4, 2 of 4 not run")
    #expect(try cells("constant", in: table, dataset: "musk1").last == "2 of 4, 2 of 4 not run")
    let once = half.filter { $0.repetition == 1 }
    let beside = ComparisonTable(experiment: mine, records: once, reference: half).table.rows.map(\.cells)
    #expect(
      beside.prefix(4).map(\.last) == [
        "2 of 2", "2 of 4, 2 of 4 not run", "1 of 2, 1 of 2 not run", "2 of 4, 2 of 4 not run",
      ])
  }

  @Test("Where the data determine the folds, the records of a data set show how many there are")
  func missingFolds() throws {
    var mine = experiment
    (mine.folds, mine.repeats, mine.foldScheme, mine.foldsAreOfTheData) = (0, 1, "loo", true)
    let found = [
      record("musk1", "constant", repetition: 1, fold: 1, correct: [5]),
      record("musk1", "constant", repetition: 1, fold: 5, correct: [5]),
      record("musk1", "attention", repetition: 1, fold: 2, correct: [7]),
      record("fox", "constant", repetition: 2, fold: 3, correct: [5]),
    ]
    let table = ComparisonTable(experiment: mine, records: found).table
    #expect(try cells("constant", in: table, dataset: "musk1").last == "2 of 5, 3 of 5 not run")
    #expect(try cells("attention", in: table, dataset: "musk1").last == "1 of 5, 4 of 5 not run")
    #expect(try cells("constant", in: table, dataset: "fox").last == "1 of 6, 5 of 6 not run")
  }

  @Test("The same journal gives the same text, whatever the order of its records")
  func deterministic() {
    let other = ComparisonTable(
      experiment: experiment, records: records.reversed(), published: published, replications: replications,
      displayNames: ["constant": "Constant"])
    #expect(other.table.terminal == comparison.table.terminal)
    #expect(other.numbers.csv == comparison.numbers.csv)
  }

  @Test("A paper's accuracy of 1 has no binomial error to measure a difference in")
  func perfectPaper() throws {
    var perfect = published
    perfect.rows[0].mean = 1
    let table = ComparisonTable(experiment: experiment, records: records, published: perfect)
    #expect(try cells("Attention", in: table.table)[11...12] == ["no data", "no data"])
  }

  @Test("Columns of published figures are only in a table with such figures, and in files for programs always")
  func columnsOfPapers() throws {
    let without = ComparisonTable(
      experiment: experiment, records: records, unavailable: ["fox": "ask for it"], remedies: ["fox": "get fox"])
    let headers = without.table.columns.map(\.header)
    #expect(headers.first == "data set" && headers.last == "trials" && headers.contains("SD folds"))
    #expect(!headers.contains("mean ± spread") && !headers.contains("verdict") && !headers.contains("others"))
    #expect(without.numbers.columns == comparison.numbers.columns)
    // A column of verdicts tells the way out.
    var half = published
    half.rows = half.rows.filter { $0.dataset == "musk1" }
    let with = ComparisonTable(
      experiment: experiment, records: records.filter { $0.dataset == "musk1" }, published: half,
      unavailable: ["fox": "ask for it"], remedies: ["fox": "get fox"]
    ).table
    let verdict = try #require(with.columns.firstIndex { $0.header == "verdict" })
    #expect(with.rows.last?.cells[verdict] == "get fox" && !with.columns.contains { $0.header == "others" })
  }

  @Test("Rows of one's own run and of the reference run stand side by side, and a set without data has one line")
  func runs() {
    let own = [record("musk1", "attention", repetition: 1, fold: 1, correct: [7])]
    let reference = records.filter { $0.dataset == "musk1" }
    let both = ComparisonTable(
      experiment: experiment, records: own, reference: reference, unavailable: ["fox": "ask for it"],
      remedies: ["fox": "milbench data get fox"])
    let rows = both.table.rows.map(\.cells)
    #expect(
      rows.map { Array($0.prefix(3)) } == [
        ["musk1", "constant", "reference"], ["musk1", "attention", "own"], ["musk1", "attention", "reference"],
        ["musk1", "Ours", "not run"], ["fox", "3 models", "no data"],
      ])
    #expect(rows.allSatisfy { $0.count == both.table.columns.count && !$0.contains("") })
    #expect(rows[4].last == "milbench data get fox")
    #expect(
      both.table.notes.contains { $0.hasPrefix("Ours: one 2-fold cross-validation (own run) and 1 to 2 times 2-") })
    #expect(both.numbers.csv.split(separator: "\r\n").count == 8)
    let single = ComparisonTable(experiment: experiment, records: own)
    #expect(!single.table.columns.contains { $0.header == "run" } && single.table.rows.count == 6)
    #expect(single.table.notes.contains { $0.hasPrefix("Ours: one 2-fold cross-validation, protocol") })
  }

  @Test("Trials taken from a reference run are said to be, also where they make a cell with one's own")
  func takenTrials() {
    let own = records.filter { $0.dataset == "musk1" }
    let taken = Set(own.filter { $0.model == "constant" || $0.repetition == 2 }.map(\.key))
    let mixed = ComparisonTable(experiment: experiment, records: own, fromReference: taken)
    #expect(mixed.rows.prefix(2).map(\.run) == ["reference", "own and reference"])
    #expect(ComparisonTable(experiment: experiment, records: own).rows.prefix(2).map(\.run) == ["own", "own"])
  }
}

@Suite("Numbers in tables")
struct NumberTextTests {
  @Test(
    "Shares have three decimals and no zero in front",
    arguments: [
      (0.8874, ".887"), (0.8875, ".888"), (1, "1.000"), (0, ".000"), (0.9999, "1.000"), (-0.0312, "−.031"),
      (-0.0001, ".000"), (12.5, "12.500"),
    ])
  func share(_ value: Double, _ expected: String) {
    #expect(NumberText.share(value) == expected)
  }

  @Test(
    "Margins are rounded up, and those of three decimals stay",
    arguments: [
      (0.0103, ".011"), (0.01, ".010"), (0.0100000001, ".010"), (0.029, ".029"), (0.0264, ".027"), (0, ".000"),
      (0.9991, "1.000"),
    ])
  func margin(_ value: Double, _ expected: String) {
    #expect(NumberText.margin(value) == expected)
  }

  @Test(
    "Differences have a sign and one decimal",
    arguments: [(0.44, "+0.4"), (-1.25, "−1.3"), (0.04, "0.0"), (-0.04, "0.0"), (10, "+10.0"), (1e300, "+1e+300")])
  func signed(_ value: Double, _ expected: String) {
    #expect(NumberText.signed(value) == expected)
  }

  @Test("Letters go on after z")
  func letters() {
    let letters = ReplicationLetters([])
    #expect([0, 25, 26, 27, 702].map(letters.letter) == ["a", "z", "aa", "ab", "aaa"])
  }
}
