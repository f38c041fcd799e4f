using System.Globalization;

namespace Diffah.Fuzz.Running;

/// <summary>What the command line says.</summary>
internal sealed record FuzzOptions
{
    public const string Usage = """
        Gives random and hostile inputs to the engine, and checks that its laws hold.
          --seconds N     how long, over all classes; default 60
          --seed N        what is random; default 1
          --class NAME    this class alone; may be given several times
          --workers N     inputs at a time; default 1, with which memory is measured best
          --only N        of one class the input of this number alone
          --replay FILE   this saved input alone
          --report FILE   writes the report there too
          --failures DIR  where inputs that break a law are saved; default out/fuzz
        """;

    public double Seconds { get; init; } = 60;

    public ulong Seed { get; init; } = 1;

    public IReadOnlyList<string> Classes { get; init; } = [];

    public int Workers { get; init; } = 1;

    public long? Only { get; init; }

    public string? Replay { get; init; }

    public string? Report { get; init; }

    public string Failures { get; init; } = Path.GetFullPath("out/fuzz");

    /// <exception cref="ArgumentException">An option that is not known, or has no value.</exception>
    /// <exception cref="FormatException">A value that is no number.</exception>
    public static FuzzOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new FuzzOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
                throw new ArgumentException($"{arguments[i]} needs a value.");
            options = options.With(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private FuzzOptions With(string name, string value) => name switch
    {
        "--seconds" => this with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
        "--seed" => this with { Seed = ulong.Parse(value, CultureInfo.InvariantCulture) },
        "--class" => this with { Classes = [.. Classes, value] },
        "--workers" => this with { Workers = Math.Max(1, int.Parse(value, CultureInfo.InvariantCulture)) },
        "--only" => this with { Only = long.Parse(value, CultureInfo.InvariantCulture) },
        "--replay" => this with { Replay = value },
        "--report" => this with { Report = value },
        "--failures" => this with { Failures = Path.GetFullPath(value) },
        _ => throw new ArgumentException($"{name} is not an option."),
    };
}
