using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Diffah.Engine.Diagnostics;

/// <summary>
/// The most bytes that something may take: a number of bytes, or per cent of another size. Never nothing at all, since
/// that would let nothing through.
/// </summary>
public sealed record SizeLimit
{
    /// <summary>The rule for people; stands after "Write ".</summary>
    public const string Rule = "a number of bytes, with a unit if you like (200MB, 1GiB), or per cent (5%, 0.5%); "
        + "more than 0";

    private readonly long _bytes;
    private readonly decimal? _percent;

    private SizeLimit(long bytes, decimal? percent) => (_bytes, _percent) = (bytes, percent);

    /// <summary>Whether it is per cent of another size.</summary>
    public bool IsRelative => _percent is not null;

    /// <summary>A limit of so many bytes.</summary>
    /// <param name="bytes">The number of bytes, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public static SizeLimit OfBytes(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return new SizeLimit(bytes, null);
    }

    /// <summary>
    /// Reads bytes as <see cref="ByteSize.TryParse"/> does, or a number and a per cent sign: 5%, 0.5 %, 120%.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The limit, where the answer is true.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SizeLimit? limit)
    {
        ArgumentNullException.ThrowIfNull(text);
        limit = text.Trim() is [.. var number, '%']
            ? OfPercent(number.TrimEnd())
            : ByteSize.TryParse(text, out var bytes) && bytes > 0 ? new SizeLimit(bytes, null) : null;
        return limit is not null;
    }

    /// <summary>The limit in bytes; a fraction of a byte is dropped.</summary>
    /// <param name="whole">What per cent are counted of, in bytes.</param>
    public long Of(long whole)
    {
        if (_percent is not { } percent)
            return _bytes;
        var share = percent / 100;
        return whole > 0 && share > long.MaxValue / (decimal)whole ? long.MaxValue : (long)(share * whole);
    }

    /// <summary>The limit as people write it, without loss: 200MiB, 5%.</summary>
    public override string ToString() => _percent is { } percent
        ? string.Create(CultureInfo.InvariantCulture, $"{percent}%")
        : ByteSize.FormatExactly(_bytes);

    private static SizeLimit? OfPercent(string number) =>
        decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent > 0
            ? new SizeLimit(0, percent)
            : null;
}
