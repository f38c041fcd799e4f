using System.Globalization;
using Diffah.Samples;

const string Usage = """
    Writes sample images, the same bytes each time.

      Diffah.Samples FOLDER [--size MIB]
      Diffah.Samples readme FOLDER [--size MIB]
      Diffah.Samples large FOLDER [--mib MIB] [--seed NUMBER]
    """;

switch (args)
{
    case ["large", var folder, .. var options]:
        LargePair.Write(folder, int.Parse(Option(options, "--mib", "160"), CultureInfo.InvariantCulture),
            ulong.Parse(Option(options, "--seed", "1"), CultureInfo.InvariantCulture));
        return 0;
    case ["readme", var folder, .. var options]:
        ReadmeImages.Write(folder, double.Parse(Option(options, "--size", "1"), CultureInfo.InvariantCulture));
        return 0;
    case [var folder, .. var options] when !folder.StartsWith('-'):
        var set = SampleImages.WriteAll(
            folder, double.Parse(Option(options, "--size", "1"), CultureInfo.InvariantCulture));
        Console.WriteLine($"{set.Pairs.Length} pairs of images in {set.Folder}");
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static string Option(string[] options, string name, string otherwise) =>
    Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : otherwise;
