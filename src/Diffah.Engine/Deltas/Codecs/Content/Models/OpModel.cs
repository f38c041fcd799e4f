using System.Numerics;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Models;

/// <summary>Codes the operations of files: each in the light of those before it, and of the old bytes.</summary>
internal sealed class OpModel : IDisposable
{
    private const int Contexts = 7;

    // Kinds of symbols.
    private const int Count = 0;
    private const int Seek = 1;
    private const int Jump = 2;
    private const int Near = 3;
    private const int Add = 4;
    private const int Insert = 5;
    private const int Times = 6;
    private const int End = 7;
    private const int Kinds = 8;

    // Kinds of seeks, behind those of the recent alignments.
    private const int Continued = RecentAlignments.Count;
    private const int NearBehind = RecentAlignments.Count + 1;
    private const int NearBefore = RecentAlignments.Count + 2;
    private const int Far = RecentAlignments.Count + 3;
    private const int Nothing = RecentAlignments.Count + 4;
    private const int MostNear = 256;

    private readonly SymbolMixer _symbols;
    private readonly BitCoder _coder;
    private readonly uint[] _contexts = new uint[Contexts];

    // What is known of the operations before, through all files.
    private uint _kinds;
    private int _lastAdd;
    private int _lastInsert;
    private int _lastEnd;
    private long _lastJump;

    // What is known of the file.
    private RecentAlignments _recent;
    private int _place;
    private int _continued;

    public OpModel(BitCoder coder, int slotsLog) =>
        (_coder, _symbols) = (coder, new SymbolMixer(Contexts, Kinds, slotsLog, limit: 125));

    public void Dispose() => _symbols.Dispose();

    /// <summary>Codes the operations of a file.</summary>
    /// <param name="ops">The operations, for a writer; they cover the new file.</param>
    /// <param name="old">The old file.</param>
    /// <param name="newLength">How long the new file is.</param>
    /// <param name="byEnds">Whether operations are told by their last old bytes.</param>
    /// <exception cref="InvalidDataException">What was read is not valid.</exception>
    public PatchOp[] Code(ReadOnlySpan<PatchOp> ops, ReadOnlySpan<byte> old, int newLength, bool byEnds)
    {
        (_recent, _place, _continued) = (default, 0, 0);
        SetContexts(0, (uint)BitLength(newLength), byEnds ? 1u : 0, 0);
        var count = Number(ops.Length, Count, Math.Min(newLength, OpReader.MaximumOps));
        if (count == 0 && newLength > 0)
            throw Invalid("fill a file");
        var result = new PatchOp[count];
        for (var index = 0; index < count; index++)
        {
            var op = _coder.IsReader ? default : ops[index];
            result[index] = CodeOne(op, old, newLength, byEnds, index == count - 1);
        }
        return result;
    }

    private PatchOp CodeOne(PatchOp op, ReadOnlySpan<byte> old, int newLength, bool byEnds, bool isLast)
    {
        var left = newLength - _place;
        if (left == 0)
            throw Invalid("do something");
        var (kind, place) = CodeSeek(op, old, byEnds);
        var add = 0;
        if (kind != Nothing)
        {
            add = byEnds ? CodeByEnd(op, old, place, left, kind) : CodeAdd(op, old, place, left, kind);
            _continued = place + add;
        }
        left -= add;
        var insert = isLast ? left : CodeInsert(op, old, left, kind, add, byEnds);
        if (add + insert == 0)
            throw Invalid("do something");
        _kinds = (_kinds << 4) | (uint)kind;
        (_lastAdd, _lastInsert) = (add, insert);
        _place += add + insert;
        return new PatchOp(place, add, insert);
    }

    private (int Kind, int Place) CodeSeek(PatchOp op, ReadOnlySpan<byte> old, bool byEnds)
    {
        var alignment = op.Old - _place;
        var distance = op.Old - (long)_continued;
        var index = _coder.IsReader ? 0 : _recent.IndexOf(alignment);
        var kind = op.Add == 0 ? Nothing
            : index >= 0 ? index
            : distance == 0 ? Continued
            : Math.Abs(distance) <= MostNear ? (distance > 0 ? NearBehind : NearBefore)
            : Far;
        var (a, i) = (BitLength(_lastAdd), BitLength(_lastInsert));
        SetContexts(
            _kinds & 0xF, _kinds & 0xFF, Hash.Of((uint)a, (uint)i), Hash.Of(_kinds & 0xF, (uint)_lastInsert),
            _kinds & 0xFFFF, Hash.Of(_kinds & 0xF, (uint)a, (uint)i), Hash.Of((uint)_lastAdd, (uint)_lastInsert));
        kind = _symbols.CodeSmall(_coder, kind, Seek, _contexts);
        long place = 0;
        switch (kind)
        {
            case < RecentAlignments.Count:
                place = _place + (long)_recent[kind];
                break;
            case Continued:
                place = _continued;
                break;
            case NearBehind or NearBefore:
                SetContexts((uint)kind, Hash.Of((uint)kind, (uint)_lastInsert), Hash.Of((uint)kind, (uint)i, (uint)a),
                    byEnds ? 1u : 0, Hash.Of((uint)kind, _kinds & 0xFF), Hash.Of((uint)kind, (uint)_lastJump),
                    (uint)_lastEnd);
                var near = Number(Math.Abs(distance) - 1, Near, MostNear - 1) + 1;
                place = _continued + (kind == NearBehind ? near : -near);
                _lastJump = near;
                break;
            case Far:
                SetContexts(0, Hash.Of((uint)a, (uint)i), (uint)BitLength(_lastJump),
                    Hash.Of(_kinds & 0xF, (uint)BitLength(_lastJump)),
                    (uint)_lastJump, (uint)a, (uint)i);
                _lastJump = _symbols.CodeSigned(_coder, (long)alignment - _recent[0], Jump, _contexts);
                place = unchecked(_place + _recent[0] + _lastJump);
                break;
            case Nothing:
                return (kind, 0);
            default:
                throw Invalid("are of a known kind");
        }
        if (place < 0 || place >= old.Length)
            throw Invalid("read within the old file");
        _recent.MoveToFront(kind < RecentAlignments.Count ? kind : -1, (int)place - _place);
        return (kind, (int)place);
    }

    private int CodeAdd(PatchOp op, ReadOnlySpan<byte> old, int place, int left, int kind)
    {
        var most = Math.Min(old.Length - place, left);
        var (a, i) = ((uint)BitLength(_lastAdd), (uint)BitLength(_lastInsert));
        var k = (uint)kind;
        SetContexts(k, Hash.Of(k, i), Hash.Of(k, a), Hash.Of(k, a, i), Hash.Of(k, (uint)_lastAdd),
            Hash.Of(k, _kinds & 0xFF), Hash.Of(k, (uint)_lastInsert, (uint)_lastAdd));
        // What is covered to the end is told by 0: nothing else adds no byte here.
        var add = Number(op.Add == most ? 0 : op.Add, Add, most);
        return add == 0 ? most : add;
    }

    private int CodeByEnd(PatchOp op, ReadOnlySpan<byte> old, int place, int left, int kind)
    {
        var within = old.Slice(place, Math.Min(old.Length - place, left));
        var (a, i) = ((uint)BitLength(_lastAdd), (uint)BitLength(_lastInsert));
        var (k, e) = ((uint)kind, (uint)_lastEnd);
        SetContexts(e, Hash.Of(k, e), Hash.Of(k, (uint)_lastInsert), Hash.Of(e, i, a), Hash.Of(_kinds & 0xFF, e),
            within.Length > 1 ? Hash.Of(within[0], within[1]) : 0, Hash.Of(k, within[0]));
        var end = _symbols.CodeByte(_coder, op.Add > 0 ? within[op.Add - 1] : (byte)0, End, _contexts);
        SetContexts(end, Hash.Of(k, end), Hash.Of(e, end, (uint)_lastAdd), Hash.Of(end, i, a),
            Hash.Of(_kinds & 0xFF, end),
            Hash.Of(end, (uint)_lastInsert), Hash.Of(end, within[0]));
        var times = Number(op.Add > 0 ? within[..op.Add].Count(end) : 0, Times, within.Length);
        _lastEnd = end;
        var length = 0;
        for (; times > 0; times--)
        {
            var next = within[length..].IndexOf(end);
            if (next < 0)
                throw Invalid("end where they say");
            length += next + 1;
        }
        return length > 0 ? length : throw Invalid("do something");
    }

    private int CodeInsert(PatchOp op, ReadOnlySpan<byte> old, int left, int kind, int add, bool byEnds)
    {
        var (a, i) = ((uint)BitLength(add), (uint)BitLength(_lastInsert));
        var k = (uint)kind;
        var last = byEnds ? (uint)_lastEnd + 1 : 0;
        var next = byEnds && _continued < old.Length ? old[_continued] : (uint)0;
        SetContexts(Hash.Of(k, last), Hash.Of(k, a), Hash.Of(k, i), Hash.Of(a, i, last),
            Hash.Of((uint)add, (uint)_lastInsert),
            Hash.Of(k, (uint)_lastInsert, last), Hash.Of(_kinds & 0xFF, k, next));
        return Number(op.Insert, Insert, left);
    }

    private int Number(long value, int kind, int most)
    {
        var number = _symbols.CodeNumber(_coder, (ulong)value, kind, _contexts);
        return number <= (ulong)most ? (int)number : throw StreamCursor.Invalid("has a number out of its bounds");
    }

    private void SetContexts(params ReadOnlySpan<uint> contexts)
    {
        contexts.CopyTo(_contexts);
        _contexts.AsSpan(contexts.Length).Clear();
    }

    private static int BitLength(long value) => 64 - BitOperations.LeadingZeroCount((ulong)Math.Abs(value));

    private static InvalidDataException Invalid(string what) =>
        StreamCursor.Invalid($"has operations that do not {what}");
}
