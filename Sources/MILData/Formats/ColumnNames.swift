/// The names of columns, and of arrays, that say what they hold: in lower case, letters and digits only.
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
  static let group: Set = ["group", "groupid", "patient", "patientid", "subject", "subjectid"]

  /// What an instance, or what it was cut from, is called.
  private static let things: Set = [
    "instance", "inst", "tile", "patch", "cell", "nucleus", "spot", "object", "region", "roi", "crop", "frame",
    "segment",
    "fragment", "window", "row", "record", "item", "entry", "sample", "specimen", "case", "slide", "wsi", "scan",
    "core",
    "block", "image", "img", "picture", "photo", "file", "conformation", "study", "series", "line", "obs",
    "observation",
  ]
  /// What is said of such a thing without describing it.
  private static let properties: Set = [
    "", "s", "id", "ids", "idx", "index", "no", "nr", "num", "number", "name", "names", "path", "file", "filename",
    "uid",
    "uuid", "key", "code", "barcode",
  ]
  private static let bookkeeping: Set = [
    "", "id", "ids", "uid", "uuid", "index", "idx", "barcode", "path", "filepath", "fullpath", "url", "folds", "foldid",
    "cvfold", "split", "splits", "subset", "partition", "col", "column", "colid", "colindex", "columnindex", "cv",
    "kfold", "testfold", "trainfold", "set", "train", "test", "val", "istrain", "istest", "isval", "intrain", "intest",
    "date", "datetime", "timestamp", "mrn", "donor", "animal", "mouse", "site", "hospital", "institution", "center",
    "centre", "scanner", "plate", "well", "batch", "order", "seed", "sampleweight", "prediction", "predictions",
    "predicted", "pred", "preds", "prob", "probs", "probability", "yhat", "ypred", "yprob", "yscore", "bagsize",
    "ninstances", "numinstances", "instancecount",
  ]
  /// The last word of a name that is an id's or a fold's, whatever it is of.
  private static let lastWords: Set = ["id", "ids", "uid", "uuid", "guid", "idx", "barcode", "fold", "folds", "kfold"]
  /// Words of names that are labels', of whatever kind.
  private static let labelWords: Set = ["label", "labels", "groundtruth", "gt"]
  /// What is written before or after an x or y that is a place.
  private static let placeWords: Set = [
    "coord", "coords", "coordinate", "coordinates", "pos", "position", "loc", "location", "centroid", "center",
    "centre",
    "tile", "patch", "cell", "pixel", "px", "topleft", "left", "top", "start", "min", "max", "end", "grid", "array",
    "offset", "origin", "um", "mm", "microns", "spatial",
  ]

  /// A name in lower case, letters and digits only.
  static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// The words of a name, in lower case: those of `slide_id`, `Slide ID` and `slideId` are slide and id.
  private static func words(_ name: String) -> [String] {
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

  /// Whether a column of this name says a label, of whatever kind.
  static func isLabel(_ name: String) -> Bool {
    let plain = plain(name)
    return label.contains(plain) && plain != "y" || labelWords.contains(plain)
      || words(name).contains(where: labelWords.contains)
  }

  /// Whether a column of this name is bookkeeping and no feature.
  static func isBookkeeping(_ name: String) -> Bool {
    let plain = plain(name)
    let words = words(name)
    if words.count > 1, let last = words.last, lastWords.contains(last) { return true }
    // What pandas and readr call columns without a name.
    if name.hasPrefix("..."), !plain.isEmpty, plain.allSatisfy(\.isNumber) { return true }
    if words.starts(with: ["index", "level"]) { return true }
    if bookkeeping.contains(plain) || place(plain)?.word.isEmpty == false { return true }
    if things.contains(where: { plain.hasPrefix($0) && properties.contains(String(plain.dropFirst($0.count))) }) {
      return true
    }
    return ["unnamed", "level", "fold"].contains { stem in
      plain.hasPrefix(stem) && plain.dropFirst(stem.count).allSatisfy(\.isNumber)
    }
  }

  /// The axis, `x` or `y`, of a place by its plain name, and the word beside it: none in `x`, `tile` in `tile_x`.
  static func place(_ plain: String) -> (axis: Character, word: String)? {
    for axis in ["x", "y"] as [Character] {
      if plain == String(axis) { return (axis, "") }
      let words: [Substring] = [
        plain.last == axis ? plain.dropLast(1) : "", plain.first == axis ? plain.dropFirst(1) : "",
      ]
      for word in words where placeWords.contains(String(word)) {
        return (axis, String(word))
      }
    }
    return nil
  }

  /// Whether both the bag and the label column can be told by these names.
  static func nameBagAndLabel(_ names: [String]) -> Bool {
    let names = names.map(plain)
    return names.contains(where: bag.contains)
      && names.contains { label.contains($0) || instanceLabel.contains($0) }
  }
}
