using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Lets a matcher decide for a context. The library asks it block by block, gives it its own window and tables, and
/// does all else: cutting, literals, entropy coding, raw and repeated blocks.
/// </summary>
internal sealed unsafe class ZstdMatcherLink : IDisposable
{
    private readonly IZstdMatcher _matcher;
    private readonly ZSTD_CCtx_s* _context;
    private GCHandle _handle;
    private void* _lastState;

    public ZstdMatcherLink(ZSTD_CCtx_s* context, IZstdMatcher matcher)
    {
        _context = context;
        _matcher = matcher;
        // What a matcher says is a repeat code is one, and nothing else is.
        ZstdParameters.Set(context, ZstdParameters.ResolveRepeats, ZstdParameters.Never);
        _handle = GCHandle.Alloc(this);
        delegate*<void*, ZSTD_Sequence*, nuint, void*, nuint, void*, nuint, int, nuint, nuint> produce = &Produce;
        Methods.ZSTD_registerSequenceProducer(context, (void*)GCHandle.ToIntPtr(_handle), produce);
    }

    /// <summary>A frame begins: what was before it does not count.</summary>
    public void Begin() => _lastState = null;

    public void Dispose()
    {
        if (_handle.IsAllocated)
            _handle.Free();
    }

    private static nuint Produce(
        void* state, ZSTD_Sequence* to, nuint capacity, void* source, nuint length, void* dictionary,
        nuint dictionaryLength, int level, nuint window)
    {
        var link = (ZstdMatcherLink)GCHandle.FromIntPtr((nint)state).Target!;
        return (nuint)link.Match((byte*)source, (int)length, (ZstdDecision*)to, (int)capacity);
    }

    private int Match(byte* source, int length, ZstdDecision* to, int capacity)
    {
        ref var blocks = ref _context->blockState;
        // A block that comes out compressed makes the library swap what it knows of this block and of the last one.
        var isPreviousCompressed = _lastState is not null && _lastState != blocks.prevCBlock;
        _lastState = blocks.prevCBlock;
        ref var match = ref blocks.matchState;
        var block = new ZstdMatchedBlock
        {
            Start = source,
            Length = length,
            Base = match.window.@base,
            FarBase = match.window.dictBase,
            NearStart = match.window.dictLimit,
            FarStart = match.window.lowLimit,
            WindowLog = (int)match.cParams.windowLog,
            FirstTable = match.hashTable,
            FirstLog = (int)match.cParams.hashLog,
            SecondTable = match.chainTable,
            SecondLog = (int)match.cParams.chainLog,
            MinimumMatch = (int)match.cParams.minMatch,
            ThirdTable = match.hashTable3,
            ThirdLog = (int)match.hashLog3,
            Strategy = (int)match.cParams.strategy,
            SearchLog = (int)match.cParams.searchLog,
            NextToUpdate = &_context->blockState.matchState.nextToUpdate,
            TargetLength = (int)match.cParams.targetLength,
            Repeats = blocks.prevCBlock->rep,
            IsPreviousCompressed = isPreviousCompressed,
        };
        return _matcher.Match(in block, to, capacity);
    }
}
