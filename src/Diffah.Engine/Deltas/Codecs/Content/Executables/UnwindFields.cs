namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>The fields of .eh_frame.</summary>
internal static class UnwindFields
{
    public const int Begin = 8;
    public const int FunctionLength = 12;

    private const int AugmentationLength = 16;
    private const int ExceptionTable = 17;
    private const int LeastFde = 16;

    public static FieldList Find(ReadOnlySpan<byte> file, FieldRange range)
    {
        var fields = new FieldList();
        var section = file.Slice(range.Start, range.Length);
        var (known, common) = (-1L, default(CommonRecord));
        for (var start = 0; UnwindRecord.TryRead(section, start, out var record); start = record.End)
        {
            if (record.IsCie)
            {
                (known, common) = (record.Start, CommonRecord.Read(section, record));
                if (common.Personality > 0)
                    fields.Add(range.Start + common.Personality, FieldClass.Relative);
                continue;
            }
            if (!record.IsFde || record.End - record.Start < LeastFde)
                continue;
            if (record.Cie != known)
                (known, common) = (record.Cie, CommonOf(section, record));
            AddFde(fields, section, range.Start, record, common);
        }
        return fields;
    }

    /// <summary>The CIE of an FDE; one that says nothing where there is none.</summary>
    public static CommonRecord CommonOf(ReadOnlySpan<byte> section, UnwindRecord record)
    {
        if (record.Cie < 0 || record.Cie >= section.Length
            || !UnwindRecord.TryRead(section, (int)record.Cie, out var cie) || !cie.IsCie)
            return default;
        return CommonRecord.Read(section, cie);
    }

    private static void AddFde(
        FieldList fields, ReadOnlySpan<byte> section, int offset, UnwindRecord record, CommonRecord common)
    {
        offset += record.Start;
        fields.Add(offset + 4, FieldClass.RecordBefore);
        if (!common.HasRelativeBegin)
            return;
        fields.Add(offset + Begin, FieldClass.FunctionBegin);
        fields.Add(offset + FunctionLength, FieldClass.FunctionLength);
        if (common.HasRelativeData && record.End - record.Start >= ExceptionTable + 4
            && section[record.Start + AugmentationLength] == 4)
            fields.Add(offset + ExceptionTable, FieldClass.Relative);
    }
}
