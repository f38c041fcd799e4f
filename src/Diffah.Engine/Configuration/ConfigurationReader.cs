using System.Buffers;
using System.Collections.Immutable;
using System.Text;
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

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly List<ConfigurationProblem> _problems = [];
    private KnobValues _values = KnobValues.None;

    /// <summary>Reads the file.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public ConfigurationContent Read()
    {
        if (Directory.Exists(file.Path))
            return Result(true, new ConfigurationProblem(null, null, "It is a folder."));
        if (ReadBytes() is not { } bytes)
            return file.IsNamed
                ? Result(false, new ConfigurationProblem(null, null, "It does not exist."))
                : Result(false);
        if (bytes.Length > MaximumBytes)
            return Result(true, new ConfigurationProblem(null, null, $"It is larger than {Human.Size(MaximumBytes)}."));
        try
        {
            ReadText(Decode(bytes));
        }
        catch (YamlFaultException e)
        {
            _problems.Add(new ConfigurationProblem(e.Line, null, e.Message));
        }
        return Result(true, [.. _problems]);
    }

    private ConfigurationContent Result(bool exists, params ConfigurationProblem[] problems) =>
        new(exists, _values, [.. problems]);

    // A device or a pipe has no length to trust.
    private byte[]? ReadBytes()
    {
        try
        {
            using var stream = File.OpenRead(file.Path);
            var buffer = new byte[MaximumBytes + 1];
            return buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Decode(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.AsSpan().TrimStart("\uFEFF"u8));
        }
        catch (DecoderFallbackException)
        {
            throw new YamlFaultException(
                1 + bytes.AsSpan(0, FirstInvalid(bytes)).Count((byte)'\n'), "This is no UTF-8.");
        }
    }

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
