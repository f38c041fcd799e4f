using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Libraries;

namespace Diffah.Engine.Configuration;

/// <summary>What was read of a configuration file.</summary>
/// <param name="Exists">True where there is a file.</param>
/// <param name="Values">What of it can be used.</param>
/// <param name="Problems">What can't.</param>
internal sealed record ConfigurationContent(
    bool Exists, KnobValues Values, ImmutableArray<ConfigurationProblem> Problems);

/// <summary>Reads a configuration file, strictly: a typing mistake must not pass for a setting that works.</summary>
/// <param name="file">Where the file is.</param>
internal sealed class ConfigurationReader(ConfigurationFile file)
{
    private const int MaximumBytes = 1 << 20;
    private const int MaximumProblems = 100;
    private const int LongestQuote = 80;

    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly List<ConfigurationProblem> _problems = [];
    private KnobValues _values = KnobValues.None;

    /// <summary>Reads the file.</summary>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public ConfigurationContent Read(CancellationToken cancellationToken)
    {
        try
        {
            var bytes = SmallFile.Read(
                file.Path, MaximumBytes, why => new UnreadableFileException($"It {why}."), cancellationToken);
            if (bytes is null)
                return file.IsNamed
                    ? Result(false, new ConfigurationProblem(null, null, "It does not exist."))
                    : Result(false);
            ReadText(Decode(bytes));
        }
        catch (UnreadableFileException e)
        {
            return Result(true, new ConfigurationProblem(null, null, e.Message));
        }
        catch (YamlFaultException e)
        {
            _problems.Add(new ConfigurationProblem(e.Line, null, e.Message));
        }
        return Result(true, [.. _problems]);
    }

    private ConfigurationContent Result(bool exists, params ConfigurationProblem[] problems) =>
        new(exists, _values, [.. problems]);

    private static string Decode(byte[] bytes) => TextBytes.Read(bytes) ?? throw new YamlFaultException(
        1 + bytes.AsSpan(0, FirstInvalid(bytes)).Count((byte)'\n'), "This is no UTF-8.");

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        while (Rune.DecodeFromUtf8(bytes[done..], out _, out var length) == OperationStatus.Done)
            done += length;
        return done;
    }

    private void ReadText(string text)
    {
        foreach (var entry in new YamlEntries(text).Read())
        {
            if (Read(entry) is { } message)
                _problems.Add(new ConfigurationProblem(entry.Line, Quote(entry.Key), message));
            // What is nested can be as deep as the file is long.
            if (entry.Value is null || _problems.Count == MaximumProblems)
                return;
        }
    }

    /// <summary>Takes one entry over; the answer is what is wrong with it, or null.</summary>
    private string? Read(YamlEntry entry)
    {
        var knob = Knobs.All.FirstOrDefault(k => k.Name == entry.Key);
        if (knob is null)
            return EditDistance.Nearest(Quote(entry.Key), Knobs.All.Select(k => k.Name)) is { } near
                ? $"There is no such key; did you mean '{near}'?"
                : "There is no such key.";
        if (!_lines.TryAdd(knob.Name, entry.Line))
            return $"The key is there already, in line {_lines[knob.Name]}.";
        return entry.Value switch
        {
            null => $"It must be {knob.Rule}, and no list or mapping.",
            { Kind: YamlKind.Null } => "It has no value; leave the key out for the default.",
            var value => Take(knob, value),
        };
    }

    private string? Take(Knob knob, YamlValue value)
    {
        if (knob.ReadFile(value, file) is not { } read)
            return $"It is '{Quote(value.Text)}'; it must be {knob.Rule}.";
        var changed = _values.With(knob, read);
        try
        {
            changed.ToEncodingOptions().Validate();
            changed.ToRegistryOptions().Validate();
        }
        catch (DiffahException e)
        {
            return e.Message;
        }
        _values = changed;
        return null;
    }

    private static string Quote(string text) => Printable.Line(ShortText.Cut(text, LongestQuote));
}

/// <summary>There is something at the path, and it is no file that can be read whole.</summary>
/// <param name="message">What is wrong.</param>
internal sealed class UnreadableFileException(string message) : Exception(message);
