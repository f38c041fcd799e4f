using System.Runtime.InteropServices;
using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>
/// A time. Files of one package share theirs, before and after it was replaced: so an old time foretells what it became
/// where it was changed last. What is not foretold is mostly a time that another file got.
/// </summary>
internal sealed class TimeCodec : IHeaderPartCodec
{
    private const int Capacity = 64;
    private const int MaximumLearned = 1 << 16;

    // How it is told: by these, or as a recent value, counted from there.
    private const byte Number = 0;
    private const byte Same = 1;
    private const byte Raw = 2;
    private const byte FirstRecent = 3;

    private readonly RecentValues _recent = new(HeaderLayout.Time.Length, Capacity);
    private readonly Dictionary<Field, Field> _learned = [];
    private long _last;

    public HeaderPart Part => HeaderLayout.Time;

    public void Predict(in HeaderBase from, ReadOnlySpan<byte> header, Span<byte> into)
    {
        var old = Part.Of(from.Block);
        if (from.IsOld && _learned.TryGetValue(MemoryMarshal.Read<Field>(old), out var learned))
            MemoryMarshal.Write(into, learned);
        else
            old.CopyTo(into);
    }

    public void Write(in HeaderBase from, ReadOnlySpan<byte> actual, HeaderColumns columns)
    {
        WriteValue(Part.Of(from.Block), actual, columns[HeaderColumn.TimeCodes], columns);
        Learn(from, actual);
    }

    public void Read(in HeaderBase from, HeaderColumnReader columns, Span<byte> into)
    {
        var old = Part.Of(from.Block);
        var code = columns[HeaderColumn.TimeCodes].Take();
        switch (code)
        {
            case Number:
                _last = unchecked(_last + columns[HeaderColumn.Times].TakeSigned());
                if (_last < 0)
                    throw ColumnReader.Damaged("have a time below zero");
                NumberStyle.Write(old, _last, into);
                break;
            case Same:
                old.CopyTo(into);
                break;
            case Raw:
                columns[HeaderColumn.Raw].Take(into);
                break;
            default:
                if (code - FirstRecent >= _recent.Count)
                    throw ColumnReader.Damaged("name a time that is not there");
                _recent[code - FirstRecent].CopyTo(into);
                break;
        }
        Learn(from, into);
    }

    private void WriteValue(ReadOnlySpan<byte> old, ReadOnlySpan<byte> actual, ByteList codes, HeaderColumns columns)
    {
        if (actual.SequenceEqual(old))
        {
            codes.Add(Same);
        }
        else if (_recent.IndexOf(actual) is >= 0 and var index)
        {
            codes.Add((byte)(FirstRecent + index));
        }
        else if (IsStyled(old, actual, out var value))
        {
            codes.Add(Number);
            columns[HeaderColumn.Times].AddNumber(ColumnReader.Fold(value - _last));
            _last = value;
        }
        else
        {
            codes.Add(Raw);
            columns[HeaderColumn.Raw].Add(actual);
        }
    }

    private static bool IsStyled(ReadOnlySpan<byte> old, ReadOnlySpan<byte> actual, out long value)
    {
        Span<byte> styled = stackalloc byte[actual.Length];
        if (!NumberStyle.TryRead(actual, out value))
            return false;
        NumberStyle.Write(old, value, styled);
        return styled.SequenceEqual(actual);
    }

    private void Learn(in HeaderBase from, ReadOnlySpan<byte> actual)
    {
        _recent.Use(actual);
        if (!from.IsOld)
            return;
        var old = MemoryMarshal.Read<Field>(Part.Of(from.Block));
        if (_learned.Count < MaximumLearned || _learned.ContainsKey(old))
            _learned[old] = MemoryMarshal.Read<Field>(actual);
    }

    /// <summary>The bytes of a time.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Field(ulong Start, uint End);
}
