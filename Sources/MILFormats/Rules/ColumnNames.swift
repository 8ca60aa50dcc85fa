import UserInput

/// The names of columns and arrays that determine their roles: in lower case, letters and digits only.
enum ColumnNames {
  static let bag: Set = ["bag", "bagid", "bagname", "bagnumber", "bagindex", "molecule", "moleculename"]
  static let label: Set = [
    "label", "labels", "baglabel", "baglabels", "class", "classlabel", "bagclass", "target", "targets", "outcome", "y",
  ]
  static let time: Set = [
    "time", "times", "survivaltime", "survivaltimes", "ostime", "pfstime", "dfstime", "dsstime", "rfstime",
    "timetoevent",
    "duration", "durations", "survivalmonths", "survivaldays", "survivalyears", "osmonths", "osdays", "followuptime",
  ]
  static let event: Set = [
    "event", "events", "eventobserved", "isevent", "osevent", "pfsevent", "dfsevent", "dssevent", "censorship",
    "censored",
    "censor", "iscensored", "status", "osstatus", "vitalstatus", "dead", "isdead", "death", "died", "deceased",
  ]
  static let instanceLabel: Set = ["instancelabel", "instlabel", "instanceclass"]
  /// The names of patients' labels.
  static let diagnoses: Set = [
    "diagnosis", "diagnoses", "dx", "disease", "grade", "stage", "subtype", "tumortype", "tumourtype", "cancertype",
    "response", "category", "phenotype", "genotype", "mutation",
  ]
  static let group: Set = ["group", "groupid", "patient", "patientid", "subject", "subjectid"]

  /// The names of an instance, or of its origin.
  private static let things: Set = [
    "instance", "inst", "tile", "patch", "cell", "nucleus", "spot", "object", "region", "roi", "crop", "frame",
    "segment", "fragment", "window", "row", "record", "item", "entry", "sample", "specimen", "case", "slide", "wsi",
    "scan", "core", "block", "image", "img", "picture", "photo", "file", "conformation", "study", "series", "line",
    "obs", "observation", "tma", "spectrum", "slice",
  ]
  /// Properties of such a thing that do not describe it.
  private static let properties: Set = [
    "s", "id", "ids", "idx", "index", "no", "nr", "num", "number", "name", "names", "path", "file", "filename", "uid",
    "uuid", "key", "code", "barcode", "row", "col", "column", "url", "uri", "order",
  ]
  /// Names that are bookkeeping as a whole.
  private static let bookkeeping: Set = [
    "", "id", "ids", "uid", "uuid", "index", "idx", "barcode", "path", "filepath", "fullpath", "url", "col", "column",
    "colid", "colindex", "columnindex", "cv", "set", "train", "test", "val", "valid",
    "validation", "dev", "trainset", "testset", "valset", "devset", "validationset", "trainingset", "istrain", "istest",
    "isval", "intrain",
    "intest", "inval", "mrn", "donor", "animal", "mouse", "site", "hospital", "institution", "center", "centre",
    "scanner", "plate", "well", "batch", "order", "seed", "prob", "probs", "probability", "yhat",
    "yprob", "yscore", "bagsize", "seq", "sequence", "seqno", "seqnum", "sequenceno", "sequencenumber", "rn", "no",
    "nr", "num", "number", "rownum", "rownames", "rowname", "serial", "serialno", "serialnumber", "sno", "srno",
    "lfdnr",
    "lfdno", "usubjid", "subjid", "key", "pk", "primarykey", "foreignkey", "counter", "dataset", "datasetname",
    "cohort", "cohortname", "fname", "fpath", "basename", "filestem", "dirname", "folder", "directory", "institute",
    "vendor", "annotator", "accession", "accessionnumber", "operator", "technician", "pathologist", "reviewer", "rater",
    "instrument", "manufacturer", "lane", "flowcell", "time", "leiden", "louvain", "objective", "objectivepower",
    "cluster", "clusters", "session", "visit", "experiment", "ninstances", "numinstances", "ntiles", "npatches",
    "isvalid", "isvalidation", "isdev", "istraining", "istesting", "invalidation", "intraining", "phase", "source",
  ]
  /// Words before weight that make it one of rows in a fit, not of the thing itself.
  static let weighted: Set = [
    "sample", "instance", "bag", "class", "case", "row", "loss", "training", "train", "sampling", "inverse", "obs",
    "observation", "label", "patient", "event",
  ]
  /// Names of a run of the work, whose number may also number folds.
  private static let runs: Set = [
    "run", "replicate", "rep", "repeat", "repetition", "round", "cvrun", "cvrep", "runid", "replicateid",
  ]
  /// Words that make a name bookkeeping, at any position.
  private static let anywhere: Set = [
    "date", "datetime", "timestamp", "md5", "sha", "sha1", "sha256", "sha512", "crc32", "hash", "checksum", "uuid",
    "guid", "pred", "preds", "prediction", "predictions", "predicted", "ypred", "yhat", "mrn", "unnamed", "mpp",
    "magnification",
  ]
  /// Last words of a number about other columns.
  private static let errors: Set<String> = ["entropy", "diff", "difference", "error", "count", "weight", "ratio"]
  /// Last words of a number that may stand for the numbers that it summarises.
  private static let averages: Set<String> = ["mean", "median", "std", "sd", "var", "variance", "min", "max", "range"]
  /// Words for events in the life of files and rows.
  private static let occurrences: Set = [
    "created", "modified", "updated", "uploaded", "acquired", "scanned", "exported", "imported", "processed",
    "collected", "recorded", "annotated",
  ]
  /// Last words that mark an id or a fold, whatever precedes them.
  private static let lastWords: Set = [
    "id", "ids", "uid", "idx", "barcode", "fold", "folds", "kfold", "split", "splits", "subset", "nr", "no", "filename",
    "filepath", "url", "uri", "cluster", "clusters", "replicate",
  ]
  /// First words of a family of columns, followed by a number, a letter or a property.
  private static let families: Set = [
    "fold", "folds", "kfold", "cvfold", "testfold", "trainfold", "split", "splits", "partition", "subset", "level",
    "index", "group", "patient", "subject", "bag", "train", "test", "valid", "validation", "prob", "probs", "proba",
    "probability", "path", "url", "uri",
  ]
  /// First words of such a family if a further word follows: `ID_1`, but not the gene `ID1`.
  private static let spacedFamilies: Set = ["id", "ids", "uid"]
  /// The words of these and of the last words that mark folds.
  private static let foldWords: Set = [
    "fold", "folds", "kfold", "cvfold", "testfold", "trainfold", "split", "splits", "partition", "subset", "cv", "tvt",
  ]
  /// Names that mark folds as a whole, but not as a part of another name.
  private static let foldNames: Set = ["usage", "tvtsplit"]
  /// Pairs of words that begin a name of folds: cross_val, train_test_1.
  private static let foldPairs = [
    ["cross", "val"], ["cross", "validation"], ["hold", "out"], ["held", "out"], ["train", "test"], ["train", "val"],
  ]
  /// The same pairs as one word.
  private static let foldPairWords = Set(foldPairs.map { $0.joined() })
  /// Words that precede the number of a repetition of folds, and that may also name a measurement.
  private static let repetitions: Set = [
    "r", "k", "rep", "reps", "repeat", "repetition", "run", "round", "trial", "iter", "iteration", "it", "cvrun",
    "cvrep",
  ]
  /// Prefixes of a count of things.
  private static let counts: Set = ["n", "num", "no", "nr", "number", "count"]
  /// Things whose count is the size of a bag.
  private static let counted: Set = [
    "instances", "tiles", "patches", "rows", "images", "frames", "slides", "crops", "samples", "members", "instance",
    "tile", "patch", "row", "image", "frame", "slide", "crop", "sample", "member",
  ]
  /// Words that mark a label of any kind.
  private static let labelWords: Set = ["label", "labels", "groundtruth", "gt", "ytrue", "truth"]
  /// Words before or after an x or y that make it a place.
  static let placeWords: Set = [
    "coord", "coords", "coordinate", "coordinates", "pos", "position", "loc", "location", "centroid", "center",
    "centre", "tile", "patch", "cell", "pixel", "px", "pxl", "topleft", "left", "top", "start", "min", "max", "end",
    "grid", "array", "offset", "origin", "um", "mm", "microns", "spatial",
  ]

  /// Returns a name in lower case, letters and digits only.
  static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// Returns the words of a name, in lower case: slide and id for `slide_id`, `Slide ID` and `slideId`.
  static func words(_ name: String) -> [String] {
    var words: [String] = []
    var wasSmall = false
    for character in name {
      let isPart = character.isLetter || character.isNumber
      if isPart, !words.isEmpty, !(wasSmall && character.isUppercase) {
        words[words.count - 1].append(character.lowercased())
      } else if isPart {
        words.append(character.lowercased())
      } else if words.last?.isEmpty == false {
        words.append("")
      }
      wasSmall = character.isLowercase
    }
    return words.filter { !$0.isEmpty }
  }

  /// Returns the first word of a name without its final digits, if only numbers, letters or properties follow.
  ///
  /// It is fold for `fold_1`, `fold2` and `fold_a`; nil for `fold_change`.
  private static func family(_ words: [String]) -> String? {
    guard let first = words.first else { return nil }
    let rest = words.dropFirst()
    guard rest.allSatisfy({ $0.count == 1 || $0.allSatisfy(\.isNumber) || properties.contains($0) || $0 == "type" })
    else { return nil }
    return stem(first)
  }

  /// Returns a word without its final digits.
  private static func stem(_ word: String) -> String {
    String(word.reversed().drop(while: \.isNumber).reversed())
  }

  /// Whether a column of this name is a label of any kind.
  static func isLabel(_ name: String) -> Bool {
    let plain = plain(name)
    if label.contains(plain) && plain != "y" || labelWords.contains(plain) { return true }
    if plain == "ytest" || plain == "ytrain" { return true }
    let words = words(name)
    // The entropy of labels is a feature; their mean may be the label.
    if words.last != "entropy", words.contains(where: { labelWords.contains(stem($0)) }) { return true }
    // A member of a family: Class_2, target3.
    return words.count <= 2 && family(words).map { $0 != "y" && label.contains($0) } == true
  }

  /// Whether a column of this name is a label of any kind, or a patient's diagnosis.
  static func isLabelOrDiagnosis(_ name: String) -> Bool { isLabel(name) || diagnoses.contains(plain(name)) }

  /// Whether a column of this name contains folds, or training and test parts.
  static func isFolds(_ name: String) -> Bool {
    let words = words(name)
    if foldPairWords.contains(stem(plain(name))) || foldPairs.contains(where: { words.starts(with: $0) }) {
      return true
    }
    let plain = plain(name)
    // foldid, splitno: two words in one.
    let isJoined = foldWords.contains { word in
      word.count > 3 && plain.hasPrefix(word)
        && ["id", "ids", "idx", "index", "no", "nr", "num", "number"]
          .contains(plain.dropFirst(word.count))
    }
    return isJoined || foldWords.contains(plain) || foldNames.contains(plain)
      || family(words).map(foldWords.contains) == true
      || words.count > 1 && words.last.map(foldWords.contains) == true
      // A member of a family: train_fold_1.
      || words.count > 2 && words.last?.allSatisfy(\.isNumber) == true
        && foldWords.contains(words[words.count - 2])
  }

  /// Whether a column of this name may contain the folds of a repetition: `r1`, `rep_2`, `run`.
  static func mayBeRepetition(_ name: String) -> Bool {
    let words = words(name)
    guard let first = words.first, repetitions.contains(stem(first)) else { return false }
    return words.dropFirst().allSatisfy { $0.allSatisfy(\.isNumber) }
      && (stem(first).count > 1 || plain(name).count > 1)
  }

  /// Returns a name without the number that pandas appends to duplicates: `sample_no` for `sample_no.1`.
  ///
  /// It returns nil for other names, and for single words, after which a number may count features.
  private static func original(_ name: String) -> String? {
    guard let point = name.lastIndex(of: "."), name[point...].dropFirst().allSatisfy(\.isNumber) else { return nil }
    let original = String(name[..<point])
    let words = words(original)
    return name.last != "." && (words.count > 1 || words.last.map(lastWords.contains) == true) ? original : nil
  }

  /// Whether a column of this name numbers runs or repetitions of the work: `run`, `replicate`.
  static func isRun(_ name: String) -> Bool { runs.contains(plain(name)) }

  /// Whether a name is of an occurrence, or of its time or author: `created`, `scanned_at`, `annotated by`.
  private static func isOccurrence(_ words: [String]) -> Bool {
    guard let first = words.first, occurrences.contains(first) else { return false }
    return words.count == 1 || words.count == 2 && ["at", "on", "by", "time"].contains(words[1])
  }

  /// Whether a name is of a number about bookkeeping: `date_diff`, `n_clusters`, or radiomics' `original_glcm_Id`.
  private static func isMeasured(_ words: [String]) -> Bool {
    guard words.count > 1, let first = words.first, let last = words.last else { return false }
    let previous = words[words.count - 2]
    // The inverse difference of a grey-level co-occurrence matrix.
    if previous == "glcm", last == "id" { return true }
    if ["cluster", "clusters"].contains(last) { return words.count == 2 && ["n", "num", "number"].contains(first) }
    guard anywhere.contains(previous) else { return false }
    return errors.contains(last) || averages.contains(last) && !isPrediction(previous)
  }

  private static func isPrediction(_ word: String) -> Bool { word.contains("pred") || word == "yhat" }

  /// Whether a column of this name is bookkeeping, not a feature.
  static func isBookkeeping(_ name: String) -> Bool {
    if let original = original(name), isBookkeeping(original) { return true }
    let plain = plain(name)
    let words = words(name)
    if isMeasured(words) { return false }
    if bookkeeping.contains(plain) || isRun(name) || isOccurrence(words) || isWeight(name) { return true }
    if place(name)?.isClear == true || isOfProfiler(words) || isCorner(words) { return true }
    if words.count == 2, spacedFamilies.contains(words[0]), family(words) != nil { return true }
    if words.contains(where: { anywhere.contains($0) || anywhere.contains(stem($0)) }) || isFolds(name) { return true }
    // The names that pandas and readr give to unnamed columns.
    if name.hasPrefix("..."), !plain.isEmpty, plain.allSatisfy(\.isNumber) { return true }
    if words.starts(with: ["index", "level"]) || family(words).map(families.contains) == true { return true }
    if words.count > 1, let first = words.first, let last = words.last {
      if lastWords.contains(last) { return true }
      if counts.contains(first) && counted.contains(last) || counted.contains(first) && last == "count" { return true }
      // Rows and columns of a grid: array_row, pxl_col_in_fullres.
      if placeWords.contains(first) || things.contains(first), ["row", "col", "column"].contains(words[1]) {
        return true
      }
    }
    return things.contains { thing in
      guard plain.hasPrefix(thing) else { return false }
      let rest = String(plain.dropFirst(thing.count))
      return rest.isEmpty || properties.contains(rest)
        || words.first == thing && words.count > 1 && words.dropFirst().allSatisfy(properties.contains)
    }
  }

  /// Whether these names determine both the bag and the label column.
  static func nameBagAndLabel(_ names: [String]) -> Bool {
    let names = names.map(plain)
    return names.contains(where: bag.contains)
      && names.contains { label.contains($0) || instanceLabel.contains($0) }
  }
}
