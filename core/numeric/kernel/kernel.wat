;; The loops over all elements of a merge, on 128-bit vectors. scripts/build-kernel.ts compiles this file into bytes.ts.
;;
;; Every function has its twin in plain-arithmetic.ts, row-slots.ts or an operator's file and gives the same bits: each sum has one accumulator and takes its
;; terms in the same order. Vectors only run sums of different rows side by side; nothing is fused or reassociated.
;;
;; Addresses are in bytes. Lines are packed four at a time: element k of lines 4g … 4g+3 lies side by side, as four f64, at
;; packed + (g·columns + k)·32. Counts of elements are multiples of 8, or the caller has room for what goes beyond.
(module
  (memory (export "memory") 1)

  ;; ---- float16, bfloat16 and float32 -------------------------------------------------------------------------------

  ;; float16 to float32.
  (func (export "widenFloat16") (param $from i32) (param $to i32) (param $count i32)
    (local $end i32) (local $halves v128) (local $magnitude v128) (local $shifted v128)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 1))))
    (loop $next
      (local.set $halves (v128.load16x4_u (local.get $from)))
      (local.set $magnitude (v128.and (local.get $halves) (v128.const i32x4 0x7fff 0x7fff 0x7fff 0x7fff)))
      ;; The exponent moves from bias 15 to bias 127; that of Infinity and NaN on to all ones.
      (local.set $shifted (i32x4.add
        (i32x4.add
          (i32x4.shl (local.get $magnitude) (i32.const 13))
          (v128.const i32x4 0x38000000 0x38000000 0x38000000 0x38000000))
        (v128.and
          (i32x4.gt_s (local.get $magnitude) (v128.const i32x4 0x7bff 0x7bff 0x7bff 0x7bff))
          (v128.const i32x4 0x38000000 0x38000000 0x38000000 0x38000000))))
      (v128.store (local.get $to) (v128.or
        (i32x4.shl (v128.xor (local.get $halves) (local.get $magnitude)) (i32.const 16))
        (v128.bitselect
          ;; Subnormal: mantissa · 2^-24, exact in float32.
          (f32x4.mul
            (f32x4.convert_i32x4_s (local.get $magnitude))
            (v128.const f32x4 0x1p-24 0x1p-24 0x1p-24 0x1p-24))
          (local.get $shifted)
          (i32x4.lt_s (local.get $magnitude) (v128.const i32x4 0x400 0x400 0x400 0x400)))))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end)))))

  ;; bfloat16 to float32.
  (func (export "widenBfloat16") (param $from i32) (param $to i32) (param $count i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 1))))
    (loop $next
      (v128.store (local.get $to) (i32x4.shl (v128.load16x4_u (local.get $from)) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end)))))

  ;; float32 to float16, to nearest, ties to even.
  (func (export "narrowToFloat16") (param $from i32) (param $to i32) (param $count i32)
    (local $end i32) (local $bits v128) (local $magnitude v128) (local $rounded v128)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 1))))
    (loop $next
      (local.set $bits (v128.load (local.get $from)))
      (local.set $magnitude
        (v128.and (local.get $bits) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff)))
      ;; Normal range: re-bias the exponent by 112, add half a unit less one plus the last kept bit, drop 13 bits.
      (local.set $rounded (i32x4.shr_u
        (i32x4.add
          (i32x4.sub (local.get $magnitude) (v128.const i32x4 0x37fff001 0x37fff001 0x37fff001 0x37fff001))
          (v128.and (i32x4.shr_u (local.get $magnitude) (i32.const 13)) (v128.const i32x4 1 1 1 1)))
        (i32.const 13)))
      ;; Subnormal: adding 0.5 aligns the unit 2^-24 with float32's last bit, so that the addition itself rounds.
      (local.set $rounded (v128.bitselect
        (i32x4.sub
          (f32x4.add (local.get $magnitude) (v128.const f32x4 0.5 0.5 0.5 0.5))
          (v128.const i32x4 0x3f000000 0x3f000000 0x3f000000 0x3f000000))
        (local.get $rounded)
        (i32x4.lt_s (local.get $magnitude) (v128.const i32x4 0x38800000 0x38800000 0x38800000 0x38800000))))
      ;; Too large: Infinity; NaN stays NaN.
      (local.set $rounded (v128.bitselect
        (v128.or
          (v128.const i32x4 0x7c00 0x7c00 0x7c00 0x7c00)
          (v128.and
            (i32x4.gt_s (local.get $magnitude) (v128.const i32x4 0x7f800000 0x7f800000 0x7f800000 0x7f800000))
            (v128.const i32x4 0x0200 0x0200 0x0200 0x0200)))
        (local.get $rounded)
        (i32x4.gt_s (local.get $magnitude) (v128.const i32x4 0x477fefff 0x477fefff 0x477fefff 0x477fefff))))
      (local.set $rounded (v128.or
        (local.get $rounded)
        (i32x4.shr_u (v128.xor (local.get $bits) (local.get $magnitude)) (i32.const 16))))
      (v128.store64_lane 0 (local.get $to) (i16x8.narrow_i32x4_u (local.get $rounded) (local.get $rounded)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $to) (local.get $end)))))

  ;; float32 to bfloat16, to nearest, ties to even.
  (func (export "narrowToBfloat16") (param $from i32) (param $to i32) (param $count i32)
    (local $end i32) (local $bits v128) (local $rounded v128)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 1))))
    (loop $next
      (local.set $bits (v128.load (local.get $from)))
      (local.set $rounded (v128.bitselect
        (v128.or (i32x4.shr_u (local.get $bits) (i32.const 16)) (v128.const i32x4 0x40 0x40 0x40 0x40))
        ;; Half a unit less one plus the last kept bit.
        (i32x4.shr_u
          (i32x4.add
            (i32x4.add (local.get $bits) (v128.const i32x4 0x7fff 0x7fff 0x7fff 0x7fff))
            (v128.and (i32x4.shr_u (local.get $bits) (i32.const 16)) (v128.const i32x4 1 1 1 1)))
          (i32.const 16))
        ;; NaN
        (i32x4.gt_s
          (v128.and (local.get $bits) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))
          (v128.const i32x4 0x7f800000 0x7f800000 0x7f800000 0x7f800000))))
      (v128.store64_lane 0 (local.get $to) (i16x8.narrow_i32x4_u (local.get $rounded) (local.get $rounded)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $to) (local.get $end)))))

  ;; The largest magnitude of float32, as bits, which are in the order of the magnitudes; NaN is above Infinity.
  (func (export "largestBits") (param $from i32) (param $count i32) (result i32)
    (local $end i32) (local $most v128)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 2))))
    (loop $next
      (local.set $most (i32x4.max_s (local.get $most)
        (v128.and (v128.load (local.get $from)) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))))
      (local.set $most (i32x4.max_s (local.get $most)
        (v128.and (v128.load offset=16 (local.get $from)) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))))
      (local.set $from (i32.add (local.get $from) (i32.const 32)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end))))
    (local.set $most (i32x4.max_s (local.get $most)
      (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $most) (local.get $most))))
    (local.set $most (i32x4.max_s (local.get $most)
      (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $most) (local.get $most))))
    (i32x4.extract_lane 0 (local.get $most)))

  ;; ---- products ----------------------------------------------------------------------------------------------------

  ;; Packs four lines of float32 that lie `stride` bytes apart.
  (func $pack4 (param $from i32) (param $stride i32) (param $columns i32) (param $to i32)
    (local $end i32) (local $second i32) (local $third i32) (local $fourth i32)
    (local $low v128) (local $high v128)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $columns) (i32.const 2))))
    (local.set $second (local.get $stride))
    (local.set $third (i32.shl (local.get $stride) (i32.const 1)))
    (local.set $fourth (i32.add (local.get $second) (local.get $third)))
    (loop $next
      ;; Two columns of lines 0 and 1, and of lines 2 and 3.
      (local.set $low (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
        (v128.load64_zero (local.get $from))
        (v128.load64_zero (i32.add (local.get $from) (local.get $second)))))
      (local.set $high (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
        (v128.load64_zero (i32.add (local.get $from) (local.get $third)))
        (v128.load64_zero (i32.add (local.get $from) (local.get $fourth)))))
      (v128.store (local.get $to) (f64x2.promote_low_f32x4 (local.get $low)))
      (v128.store offset=16 (local.get $to) (f64x2.promote_low_f32x4 (local.get $high)))
      (v128.store offset=32 (local.get $to) (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $low) (local.get $low))))
      (v128.store offset=48 (local.get $to) (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $high) (local.get $high))))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (local.set $to (i32.add (local.get $to) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end)))))

  ;; Packs `groups` times four lines of `columns` (even) float32, one line after the other.
  (func (export "pack") (param $from i32) (param $columns i32) (param $groups i32) (param $to i32)
    (loop $next
      (call $pack4
        (local.get $from) (i32.shl (local.get $columns) (i32.const 2)) (local.get $columns) (local.get $to))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $columns) (i32.const 4))))
      (local.set $to (i32.add (local.get $to) (i32.shl (local.get $columns) (i32.const 5))))
      (br_if $next (local.tee $groups (i32.sub (local.get $groups) (i32.const 1))))))

  ;; Adds the products of four packed lines x with four packed lines y to 4 × 4 sums, whose lines lie `stride` bytes apart.
  (func $addTile (param $x i32) (param $y i32) (param $columns i32) (param $sums i32) (param $stride i32)
    (local $end i32) (local $line i32) (local $yl v128) (local $yh v128) (local $each v128)
    (local $s0l v128) (local $s0h v128) (local $s1l v128) (local $s1h v128)
    (local $s2l v128) (local $s2h v128) (local $s3l v128) (local $s3h v128)
    (local.set $s0l (v128.load (local.get $sums)))
    (local.set $s0h (v128.load offset=16 (local.get $sums)))
    (local.set $line (i32.add (local.get $sums) (local.get $stride)))
    (local.set $s1l (v128.load (local.get $line)))
    (local.set $s1h (v128.load offset=16 (local.get $line)))
    (local.set $line (i32.add (local.get $line) (local.get $stride)))
    (local.set $s2l (v128.load (local.get $line)))
    (local.set $s2h (v128.load offset=16 (local.get $line)))
    (local.set $line (i32.add (local.get $line) (local.get $stride)))
    (local.set $s3l (v128.load (local.get $line)))
    (local.set $s3h (v128.load offset=16 (local.get $line)))
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $columns) (i32.const 5))))
    (loop $next
      (local.set $yl (v128.load (local.get $y)))
      (local.set $yh (v128.load offset=16 (local.get $y)))
      (local.set $each (v128.load64_splat (local.get $x)))
      (local.set $s0l (f64x2.add (local.get $s0l) (f64x2.mul (local.get $each) (local.get $yl))))
      (local.set $s0h (f64x2.add (local.get $s0h) (f64x2.mul (local.get $each) (local.get $yh))))
      (local.set $each (v128.load64_splat offset=8 (local.get $x)))
      (local.set $s1l (f64x2.add (local.get $s1l) (f64x2.mul (local.get $each) (local.get $yl))))
      (local.set $s1h (f64x2.add (local.get $s1h) (f64x2.mul (local.get $each) (local.get $yh))))
      (local.set $each (v128.load64_splat offset=16 (local.get $x)))
      (local.set $s2l (f64x2.add (local.get $s2l) (f64x2.mul (local.get $each) (local.get $yl))))
      (local.set $s2h (f64x2.add (local.get $s2h) (f64x2.mul (local.get $each) (local.get $yh))))
      (local.set $each (v128.load64_splat offset=24 (local.get $x)))
      (local.set $s3l (f64x2.add (local.get $s3l) (f64x2.mul (local.get $each) (local.get $yl))))
      (local.set $s3h (f64x2.add (local.get $s3h) (f64x2.mul (local.get $each) (local.get $yh))))
      (local.set $y (i32.add (local.get $y) (i32.const 32)))
      (local.set $x (i32.add (local.get $x) (i32.const 32)))
      (br_if $next (i32.lt_u (local.get $x) (local.get $end))))
    (v128.store (local.get $sums) (local.get $s0l))
    (v128.store offset=16 (local.get $sums) (local.get $s0h))
    (local.set $line (i32.add (local.get $sums) (local.get $stride)))
    (v128.store (local.get $line) (local.get $s1l))
    (v128.store offset=16 (local.get $line) (local.get $s1h))
    (local.set $line (i32.add (local.get $line) (local.get $stride)))
    (v128.store (local.get $line) (local.get $s2l))
    (v128.store offset=16 (local.get $line) (local.get $s2h))
    (local.set $line (i32.add (local.get $line) (local.get $stride)))
    (v128.store (local.get $line) (local.get $s3l))
    (v128.store offset=16 (local.get $line) (local.get $s3h)))

  ;; Adds M·Mᵀ to square sums of 4·groups lines; on and above the diagonal of tiles only. M is packed.
  (func (export "addSymmetricProduct") (param $packed i32) (param $columns i32) (param $groups i32) (param $sums i32)
    (local $i i32) (local $j i32) (local $bytes i32) (local $stride i32)
    (local.set $bytes (i32.shl (local.get $columns) (i32.const 5)))
    (local.set $stride (i32.shl (local.get $groups) (i32.const 5)))
    (loop $lines
      (local.set $j (local.get $i))
      (loop $columnsOfTiles
        (call $addTile
          (i32.add (local.get $packed) (i32.mul (local.get $i) (local.get $bytes)))
          (i32.add (local.get $packed) (i32.mul (local.get $j) (local.get $bytes)))
          (local.get $columns)
          (i32.add (local.get $sums) (i32.add
            (i32.shl (i32.mul (local.get $i) (local.get $stride)) (i32.const 2))
            (i32.shl (local.get $j) (i32.const 5))))
          (local.get $stride))
        (br_if $columnsOfTiles
          (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $groups))))
      (br_if $lines (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $groups)))))

  ;; x · M · yᵀ for four pairs of rows: x and y are packed rows of `m` (a multiple of 4) and `n` elements, M is packed
  ;; lines. With `skip` = 32, the first `i` elements are passed over in lines i … i+3 (M is zero there).
  (func $bilinear4
    (param $x i32) (param $m i32) (param $y i32) (param $n i32) (param $lines i32) (param $skip i32)
    (param $scale v128) (param $out i32)
    (local $endOfX i32) (local $endOfY i32) (local $right i32) (local $line i32) (local $skipped i32)
    (local $yl v128) (local $yh v128) (local $each v128) (local $suml v128) (local $sumh v128)
    (local $s0l v128) (local $s0h v128) (local $s1l v128) (local $s1h v128)
    (local $s2l v128) (local $s2h v128) (local $s3l v128) (local $s3h v128)
    (local.set $endOfX (i32.add (local.get $x) (i32.shl (local.get $m) (i32.const 5))))
    (local.set $endOfY (i32.add (local.get $y) (i32.shl (local.get $n) (i32.const 5))))
    (loop $nextLines
      (local.set $s0l (v128.const i64x2 0 0)) (local.set $s0h (v128.const i64x2 0 0))
      (local.set $s1l (v128.const i64x2 0 0)) (local.set $s1h (v128.const i64x2 0 0))
      (local.set $s2l (v128.const i64x2 0 0)) (local.set $s2h (v128.const i64x2 0 0))
      (local.set $s3l (v128.const i64x2 0 0)) (local.set $s3h (v128.const i64x2 0 0))
      (local.set $right (i32.add (local.get $y) (local.get $skipped)))
      (local.set $line (i32.add (local.get $lines) (local.get $skipped)))
      (loop $next
        (local.set $yl (v128.load (local.get $right)))
        (local.set $yh (v128.load offset=16 (local.get $right)))
        (local.set $each (v128.load64_splat (local.get $line)))
        (local.set $s0l (f64x2.add (local.get $s0l) (f64x2.mul (local.get $yl) (local.get $each))))
        (local.set $s0h (f64x2.add (local.get $s0h) (f64x2.mul (local.get $yh) (local.get $each))))
        (local.set $each (v128.load64_splat offset=8 (local.get $line)))
        (local.set $s1l (f64x2.add (local.get $s1l) (f64x2.mul (local.get $yl) (local.get $each))))
        (local.set $s1h (f64x2.add (local.get $s1h) (f64x2.mul (local.get $yh) (local.get $each))))
        (local.set $each (v128.load64_splat offset=16 (local.get $line)))
        (local.set $s2l (f64x2.add (local.get $s2l) (f64x2.mul (local.get $yl) (local.get $each))))
        (local.set $s2h (f64x2.add (local.get $s2h) (f64x2.mul (local.get $yh) (local.get $each))))
        (local.set $each (v128.load64_splat offset=24 (local.get $line)))
        (local.set $s3l (f64x2.add (local.get $s3l) (f64x2.mul (local.get $yl) (local.get $each))))
        (local.set $s3h (f64x2.add (local.get $s3h) (f64x2.mul (local.get $yh) (local.get $each))))
        (local.set $line (i32.add (local.get $line) (i32.const 32)))
        (local.set $right (i32.add (local.get $right) (i32.const 32)))
        (br_if $next (i32.lt_u (local.get $right) (local.get $endOfY))))
      (local.set $suml (f64x2.add (local.get $suml) (f64x2.add
        (f64x2.mul (v128.load (local.get $x)) (local.get $s0l))
        (f64x2.mul (v128.load offset=32 (local.get $x)) (local.get $s1l)))))
      (local.set $suml (f64x2.add (local.get $suml) (f64x2.add
        (f64x2.mul (v128.load offset=64 (local.get $x)) (local.get $s2l))
        (f64x2.mul (v128.load offset=96 (local.get $x)) (local.get $s3l)))))
      (local.set $sumh (f64x2.add (local.get $sumh) (f64x2.add
        (f64x2.mul (v128.load offset=16 (local.get $x)) (local.get $s0h))
        (f64x2.mul (v128.load offset=48 (local.get $x)) (local.get $s1h)))))
      (local.set $sumh (f64x2.add (local.get $sumh) (f64x2.add
        (f64x2.mul (v128.load offset=80 (local.get $x)) (local.get $s2h))
        (f64x2.mul (v128.load offset=112 (local.get $x)) (local.get $s3h)))))
      (local.set $skipped (i32.add (local.get $skipped) (i32.shl (local.get $skip) (i32.const 2))))
      (local.set $lines (i32.add (local.get $lines) (i32.shl (local.get $n) (i32.const 5))))
      (local.set $x (i32.add (local.get $x) (i32.const 128)))
      (br_if $nextLines (i32.lt_u (local.get $x) (local.get $endOfX))))
    (v128.store (local.get $out) (f64x2.mul (local.get $scale) (local.get $suml)))
    (v128.store offset=16 (local.get $out) (f64x2.mul (local.get $scale) (local.get $sumh))))

  ;; scale · x_i · M · y_iᵀ for `groups` times four rows.
  (func (export "bilinearRows")
    (param $x i32) (param $m i32) (param $y i32) (param $n i32) (param $lines i32) (param $skip i32)
    (param $scale f64) (param $groups i32) (param $out i32)
    (loop $next
      (call $bilinear4
        (local.get $x) (local.get $m) (local.get $y) (local.get $n) (local.get $lines) (local.get $skip)
        (f64x2.splat (local.get $scale)) (local.get $out))
      (local.set $x (i32.add (local.get $x) (i32.shl (local.get $m) (i32.const 5))))
      (local.set $y (i32.add (local.get $y) (i32.shl (local.get $n) (i32.const 5))))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (br_if $next (local.tee $groups (i32.sub (local.get $groups) (i32.const 1))))))

  ;; ---- rows in slots ------------------------------------------------------------------------------------------------

  ;; A slot is `rows` (an even number of) norms, as many bounds, and `dimensions` times the rows' numbers, all f64.
  ;;@include ../../algebra/operators/extract.wat

  ;;@include ../../algebra/operators/extrapolate.wat

  ;; One packed line: the numbers of a slot less those of the reference, row by row.
  (func (export "putLine")
    (param $vectors i32) (param $reference i32) (param $rows i32) (param $dimensions i32) (param $to i32)
    (local $bytes i32) (local $i i32) (local $at i32) (local $second i32) (local $left i32) (local $value v128)
    (local.set $bytes (i32.shl (local.get $rows) (i32.const 3)))
    (loop $nextRows
      (local.set $second (i32.add (local.get $to) (i32.shl (local.get $dimensions) (i32.const 5))))
      (local.set $at (local.get $i))
      (local.set $left (local.get $dimensions))
      (loop $nextDimension
        (local.set $value (f64x2.sub
          (v128.load (i32.add (local.get $vectors) (local.get $at)))
          (v128.load (i32.add (local.get $reference) (local.get $at)))))
        (v128.store64_lane 0 (local.get $to) (local.get $value))
        (v128.store64_lane 1 (local.get $second) (local.get $value))
        (local.set $to (i32.add (local.get $to) (i32.const 32)))
        (local.set $second (i32.add (local.get $second) (i32.const 32)))
        (local.set $at (i32.add (local.get $at) (local.get $bytes)))
        (br_if $nextDimension (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $to (local.get $second))
      (br_if $nextRows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes)))))

  ;; ---- scaled rows -------------------------------------------------------------------------------------------------

  ;; out_i = weight_i · b_i, in float64, rounded to float32: `rows` lines of `width` float32, into lines that lie `stride`
  ;; bytes apart.
  (func (export "scaleRows")
    (param $b i32) (param $weights i32) (param $rows i32) (param $width i32) (param $out i32) (param $stride i32)
    (local $to i32) (local $end i32) (local $last i32) (local $weight v128) (local $values v128)
    (loop $nextRow
      (local.set $weight (v128.load64_splat (local.get $weights)))
      (local.set $to (local.get $out))
      (local.set $end (i32.add (local.get $out) (i32.shl (local.get $width) (i32.const 2))))
      (local.set $last (i32.sub (local.get $end) (i32.const 16)))
      (block $vectorsDone
        (loop $next
          (br_if $vectorsDone (i32.gt_s (local.get $to) (local.get $last)))
          (local.set $values (v128.load (local.get $b)))
          (v128.store (local.get $to)
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
              (f32x4.demote_f64x2_zero (f64x2.mul (local.get $weight) (f64x2.promote_low_f32x4 (local.get $values))))
              (f32x4.demote_f64x2_zero (f64x2.mul (local.get $weight) (f64x2.promote_low_f32x4
                (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $values) (local.get $values)))))))
          (local.set $b (i32.add (local.get $b) (i32.const 16)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (br $next)))
      (block $rowDone
        (loop $next
          (br_if $rowDone (i32.ge_u (local.get $to) (local.get $end)))
          (f32.store (local.get $to) (f32.demote_f64
            (f64.mul (f64x2.extract_lane 0 (local.get $weight)) (f64.promote_f32 (f32.load (local.get $b))))))
          (local.set $b (i32.add (local.get $b) (i32.const 4)))
          (local.set $to (i32.add (local.get $to) (i32.const 4)))
          (br $next)))
      (local.set $weights (i32.add (local.get $weights) (i32.const 8)))
      (local.set $out (i32.add (local.get $out) (local.get $stride)))
      (br_if $nextRow (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; out_i = weight_i · (scaling · b_i), in float64: `rows` lines of `width` float32, into lines of float64 that lie `stride` bytes
  ;; apart.
  (func (export "multiplyRows")
    (param $b i32) (param $scaling f64) (param $weights i32) (param $rows i32) (param $width i32) (param $out i32)
    (param $stride i32)
    (local $to i32) (local $end i32) (local $weight f64)
    (loop $nextRow
      (local.set $weight (f64.load (local.get $weights)))
      (local.set $to (local.get $out))
      (local.set $end (i32.add (local.get $out) (i32.shl (local.get $width) (i32.const 3))))
      (loop $next
        (f64.store (local.get $to) (f64.mul (local.get $weight)
          (f64.mul (local.get $scaling) (f64.promote_f32 (f32.load (local.get $b))))))
        (local.set $b (i32.add (local.get $b) (i32.const 4)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (br_if $next (i32.lt_u (local.get $to) (local.get $end))))
      (local.set $weights (i32.add (local.get $weights) (i32.const 8)))
      (local.set $out (i32.add (local.get $out) (local.get $stride)))
      (br_if $nextRow (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; ---- one number per row ------------------------------------------------------------------------------------------

  ;; Lines of `count` f64, from addresses that are multiples of 16; an odd count has a pair to itself at the end.

  ;; sums += times · x · y · gram
  (func (export "addProducts")
    (param $sums i32) (param $times f64) (param $x i32) (param $y i32) (param $gram i32) (param $count i32)
    (local $end i32) (local $factor v128)
    (local.set $factor (f64x2.splat (local.get $times)))
    (local.set $end (i32.add (local.get $sums) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (v128.store (local.get $sums) (f64x2.add
        (v128.load (local.get $sums))
        (f64x2.mul
          (f64x2.mul (f64x2.mul (local.get $factor) (v128.load (local.get $x))) (v128.load (local.get $y)))
          (v128.load (local.get $gram)))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (local.set $gram (i32.add (local.get $gram) (i32.const 16)))
      (br_if $next
        (i32.lt_u (local.tee $sums (i32.add (local.get $sums) (i32.const 16))) (local.get $end)))))

  ;; bounds += |c| · √max(0, square)
  (func (export "addBounds") (param $bounds i32) (param $c i32) (param $squares i32) (param $count i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $bounds) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (v128.store (local.get $bounds) (f64x2.add
        (v128.load (local.get $bounds))
        (f64x2.mul
          (f64x2.abs (v128.load (local.get $c)))
          (f64x2.sqrt (f64x2.max (v128.const f64x2 0 0) (v128.load (local.get $squares)))))))
      (local.set $c (i32.add (local.get $c) (i32.const 16)))
      (local.set $squares (i32.add (local.get $squares) (i32.const 16)))
      (br_if $next
        (i32.lt_u (local.tee $bounds (i32.add (local.get $bounds) (i32.const 16))) (local.get $end)))))

  ;; roots = √square, 0 where the square is at most share · bound²; in place of the bounds
  (func (export "rootsAbove") (param $bounds i32) (param $squares i32) (param $share f64) (param $count i32)
    (local $end i32) (local $square v128) (local $bound v128)
    (local.set $end (i32.add (local.get $bounds) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (local.set $square (v128.load (local.get $squares)))
      (local.set $bound (v128.load (local.get $bounds)))
      (v128.store (local.get $bounds) (v128.andnot
        (f64x2.sqrt (local.get $square))
        (f64x2.le
          (local.get $square)
          (f64x2.mul (f64x2.splat (local.get $share)) (f64x2.mul (local.get $bound) (local.get $bound))))))
      (local.set $squares (i32.add (local.get $squares) (i32.const 16)))
      (br_if $next
        (i32.lt_u (local.tee $bounds (i32.add (local.get $bounds) (i32.const 16))) (local.get $end)))))

  ;; edit *= weight; left += edit, 0 where |left + edit| is at most share · (|left| + |edit|). Whether all of left is finite.
  (func (export "applyEdit")
    (param $left i32) (param $edit i32) (param $weight f64) (param $share f64) (param $count i32) (result i32)
    (local $end i32) (local $value v128) (local $scaled v128) (local $sum v128) (local $isFinite v128)
    (local.set $isFinite (v128.const i64x2 -1 -1))
    (local.set $end (i32.add (local.get $left) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (local.set $value (v128.load (local.get $left)))
      (local.set $scaled (f64x2.mul (f64x2.splat (local.get $weight)) (v128.load (local.get $edit))))
      (local.set $sum (f64x2.add (local.get $value) (local.get $scaled)))
      (v128.store (local.get $edit) (local.get $scaled))
      (v128.store (local.get $left) (v128.andnot
        (local.get $sum)
        (f64x2.le
          (f64x2.abs (local.get $sum))
          (f64x2.mul
            (f64x2.splat (local.get $share))
            (f64x2.add (f64x2.abs (local.get $value)) (f64x2.abs (local.get $scaled)))))))
      (local.set $isFinite (v128.and (local.get $isFinite)
        (f64x2.le (f64x2.abs (local.get $sum)) (v128.const f64x2 0x1.fffffffffffffp+1023 0x1.fffffffffffffp+1023))))
      (local.set $edit (i32.add (local.get $edit) (i32.const 16)))
      (br_if $next
        (i32.lt_u (local.tee $left (i32.add (local.get $left) (i32.const 16))) (local.get $end))))
    (i64x2.all_true (local.get $isFinite)))

  ;; The sum of the numbers, in their order, from 0.
  (func (export "sum") (param $values i32) (param $count i32) (result f64)
    (local $end i32) (local $total f64)
    (local.set $end (i32.add (local.get $values) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (local.set $total (f64.add (local.get $total) (f64.load (local.get $values))))
      (br_if $next
        (i32.lt_u (local.tee $values (i32.add (local.get $values) (i32.const 8))) (local.get $end))))
    (local.get $total))

  ;; Cosines products/(rightNorm·referenceNorm), within -1 … 1, and ratios rightNorm/referenceNorm of the rows where both norms are
  ;; above 0. Eight f64: how many they are, their cosines' sum, least and largest, their ratios' sum; rows whose right norm is 0, whose
  ;; reference norm is 0, and whose 1 + cosine is at most `margin`.
  (func (export "compareRows")
    (param $products i32) (param $rightNorms i32) (param $referenceNorms i32) (param $margin f64) (param $count i32)
    (param $out i32)
    (local $end i32) (local $right f64) (local $reference f64) (local $cosine f64)
    (local $compared i32) (local $cosines f64) (local $least f64) (local $largest f64) (local $ratios f64)
    (local $zeroRight i32) (local $zeroReference i32) (local $opposite i32)
    (local.set $least (f64.const 1))
    (local.set $largest (f64.const -1))
    (local.set $end (i32.add (local.get $products) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (local.set $right (f64.load (local.get $rightNorms)))
      (local.set $reference (f64.load (local.get $referenceNorms)))
      (local.set $zeroRight (i32.add (local.get $zeroRight) (f64.eq (local.get $right) (f64.const 0))))
      (local.set $zeroReference (i32.add (local.get $zeroReference) (f64.eq (local.get $reference) (f64.const 0))))
      (if (i32.and (f64.gt (local.get $right) (f64.const 0)) (f64.gt (local.get $reference) (f64.const 0)))
        (then
          (local.set $cosine (f64.max (f64.const -1) (f64.min (f64.const 1)
            (f64.div (f64.load (local.get $products)) (f64.mul (local.get $right) (local.get $reference))))))
          (local.set $opposite (i32.add (local.get $opposite)
            (f64.le (f64.add (f64.const 1) (local.get $cosine)) (local.get $margin))))
          (local.set $compared (i32.add (local.get $compared) (i32.const 1)))
          (local.set $cosines (f64.add (local.get $cosines) (local.get $cosine)))
          (local.set $least (f64.min (local.get $least) (local.get $cosine)))
          (local.set $largest (f64.max (local.get $largest) (local.get $cosine)))
          (local.set $ratios (f64.add (local.get $ratios) (f64.div (local.get $right) (local.get $reference))))))
      (local.set $rightNorms (i32.add (local.get $rightNorms) (i32.const 8)))
      (local.set $referenceNorms (i32.add (local.get $referenceNorms) (i32.const 8)))
      (br_if $next
        (i32.lt_u (local.tee $products (i32.add (local.get $products) (i32.const 8))) (local.get $end))))
    (f64.store (local.get $out) (f64.convert_i32_u (local.get $compared)))
    (f64.store offset=8 (local.get $out) (local.get $cosines))
    (f64.store offset=16 (local.get $out) (local.get $least))
    (f64.store offset=24 (local.get $out) (local.get $largest))
    (f64.store offset=32 (local.get $out) (local.get $ratios))
    (f64.store offset=40 (local.get $out) (f64.convert_i32_u (local.get $zeroRight)))
    (f64.store offset=48 (local.get $out) (f64.convert_i32_u (local.get $zeroReference)))
    (f64.store offset=56 (local.get $out) (f64.convert_i32_u (local.get $opposite)))))
